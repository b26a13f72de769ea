package io.nightshift.aggregate;

import io.nightshift.data.Schema;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.job.AggregateDefinition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * A job's aggregates, checked against the columns they summarize. Immutable and free to share between workers; each
 * worker has a {@linkplain #newState state} of its own for each partition.
 *
 * <p>{@linkplain PartitionAggregates Merging} the partitions' states gives the same bits whatever was interrupted, stored and
 * restored in between. COUNT, SUM, MEAN, STDDEV, MIN, MAX, SHARE_ABOVE, HISTOGRAM and DISTINCT depend on neither the order nor the
 * partitioning at all; QUANTILE depends on both within its error bound.
 */
public final class Aggregation {

    private static final int MOST_GROUPS = 1_000_000;
    private static final long MOST_BYTES = 512L << 20;
    /** "NSAGGR" and the version of the format. */
    private static final long FORMAT = 0x4E5341474752_0002L;

    private final List<AggregatePlan> plans;
    private final int mostGroups;
    private final long mostBytes;
    private final long fingerprint;

    private Aggregation(List<AggregatePlan> plans, int mostGroups, long mostBytes) {
        this.plans = plans;
        this.mostGroups = mostGroups;
        this.mostBytes = mostBytes;
        byte[] text = plans.toString().getBytes(StandardCharsets.UTF_8);
        this.fingerprint = Hash.of(text, 0, text.length);
    }

    /**
     * Checks the definitions.
     *
     * @param input columns of the scored batches' inputs
     * @param outputs columns of the scored batches' outputs; they hide input columns of the same name
     * @throws NightshiftException SCHEMA_MISMATCH with a line for every problem
     */
    public static Aggregation compile(List<AggregateDefinition> definitions, Schema input, Schema outputs) {
        return compile(definitions, input, outputs, MOST_GROUPS, MOST_BYTES);
    }

    static Aggregation compile(
            List<AggregateDefinition> definitions, Schema input, Schema outputs, int mostGroups, long mostBytes) {
        List<String> problems = new ArrayList<>();
        AggregatePlan.Check check = new AggregatePlan.Check(input, outputs, problems);
        List<AggregatePlan> plans = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (AggregateDefinition definition : definitions) {
            if (!names.add(definition.name())) {
                problems.add("two aggregates are named '" + definition.name() + "'; each needs its own name");
            }
            AggregatePlan plan = check.plan(definition);
            if (plan != null) {
                plans.add(plan);
            }
        }
        if (!problems.isEmpty()) {
            throw new NightshiftException(
                    FailureCode.SCHEMA_MISMATCH, String.join("\n", problems) + "\nNothing was read or scored.");
        }
        return new Aggregation(List.copyOf(plans), mostGroups, mostBytes);
    }

    /** The aggregates' names, in the order of their definition. */
    public List<String> names() {
        return plans.stream().map(AggregatePlan::name).toList();
    }

    /** The columns of an aggregate's table: the group's, then the measures'. */
    public Schema schema(String name) {
        return plans.stream()
                .filter(plan -> plan.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no aggregate '" + name + "' in " + names()))
                .schema();
    }

    /** An empty state for one partition. */
    public AggregateState newState() {
        return new AggregateState(
                this,
                plans.stream()
                        .map(plan -> new GroupedMeasures(plan, mostGroups))
                        .toList(),
                mostBytes);
    }

    /**
     * The state whose {@link AggregateState#toBytes} these are; it goes on as if it had never been stored.
     *
     * @throws NightshiftException DATA_CORRUPT for damaged bytes, HOME_INCOMPATIBLE for bytes of another format version,
     *     SCHEMA_MISMATCH for a state of other aggregates or other column types
     */
    public AggregateState fromBytes(byte[] bytes) {
        StateReader in = readable(bytes);
        AggregateState state = newState();
        state.read(in);
        in.expectEnd();
        return state;
    }

    /**
     * Proves that bytes are a state of this format and these aggregates, at the cost of a checksum.
     *
     * @throws NightshiftException as {@link #fromBytes}
     */
    public void requireReadable(byte[] bytes) {
        readable(bytes);
    }

    private StateReader readable(byte[] bytes) {
        if (bytes.length < 3 * Long.BYTES) {
            throw StateReader.damaged("it has only " + bytes.length + " bytes");
        }
        int end = bytes.length - Long.BYTES;
        long format = new StateReader(bytes, 0, end).fixed();
        if (format >>> Short.SIZE != FORMAT >>> Short.SIZE) {
            throw StateReader.damaged("it does not start like an aggregate state");
        }
        if (new StateReader(bytes, end, bytes.length).fixed() != checksum(bytes, end)) {
            throw StateReader.damaged("its checksum does not match");
        }
        if (format != FORMAT) {
            throw new NightshiftException(
                    FailureCode.HOME_INCOMPATIBLE,
                    "the stored aggregate state has format " + (format & 0xFFFF) + ", this version of Nightshift reads "
                            + (FORMAT & 0xFFFF) + "; go on with the version that wrote it, or start a new run");
        }
        StateReader in = new StateReader(bytes, Long.BYTES, end);
        if (in.fixed() != fingerprint) {
            throw new NightshiftException(
                    FailureCode.SCHEMA_MISMATCH,
                    "the stored aggregate state is of other aggregates or column types than " + plans
                            + "; a run continues only with the definition it was started with");
        }
        return in;
    }

    byte[] toBytes(AggregateState state) {
        StateWriter out = new StateWriter();
        out.fixed(FORMAT);
        out.fixed(fingerprint);
        state.write(out);
        out.fixed(checksum(out.array(), out.size()));
        return out.toBytes();
    }

    boolean compatible(Aggregation other) {
        return fingerprint == other.fingerprint;
    }

    private static long checksum(byte[] bytes, int size) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, size);
        return checksum.getValue();
    }
}
