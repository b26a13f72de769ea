package io.nightshift.write;

import io.nightshift.data.DuplicateKeys;
import io.nightshift.data.RecordBatch;
import io.nightshift.data.Schema;
import io.nightshift.failure.FailureCode;
import io.nightshift.failure.NightshiftException;
import io.nightshift.parquet.Compression;
import io.nightshift.parquet.ParquetFile;
import io.nightshift.parquet.ParquetLimits;
import io.nightshift.parquet.ParquetTableWriter;
import io.nightshift.storage.Storage;
import io.nightshift.storage.Storages;
import io.nightshift.storage.StoredOutput;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The Parquet files of one run in a job's folder:
 *
 * <pre>
 * manifest.json                                the published run: its files, relative to the folder
 * run=ID/manifest.json                         the same for each complete run
 * run=ID/predictions/part-00000.parquet        one for each partition
 * run=ID/rejects/part-00000.parquet            where the partition has rejects
 * run=ID/aggregates/NAME.parquet
 * run=ID/predictions/redrive-2/part-00000.parquet    rows that attempt 2 recovered; likewise rejects and aggregates
 * _staging/ID/WRITER/...                       files that do not count yet, apart for each attempt
 * </pre>
 *
 * Files come into place by a rename, and into sight by the rename of the manifest. Each step may be repeated. Thread-safe.
 */
public final class ResultFiles {

    private static final String MANIFEST = "manifest.json";
    private static final String AGGREGATES = "aggregates/";
    private static final Pattern RUN_FOLDER = Pattern.compile("run=([^/]+)/");

    private final Storages storages;
    private final Storage storage;
    private final String folder;
    private final String run;
    /** An attempt that lost its run while it was frozen must not touch what the next one stages. */
    private final String staging;

    /** The files of a run in a folder, and none for a job that has no folder. */
    public static @Nullable ResultFiles of(Storages storages, @Nullable String folder, String run) {
        return folder == null ? null : new ResultFiles(storages, folder, run);
    }

    /** @param folder the job's folder, which must not be the input's */
    public ResultFiles(Storages storages, String folder, String run) {
        this.storages = storages;
        this.storage = storages.of(folder);
        this.folder = folder(folder);
        this.run = run;
        this.staging = this.folder + "/_staging/" + run + "/" + UUID.randomUUID();
    }

    /** A job's folder as artefacts name it. */
    public static String folder(String written) {
        return written.endsWith("/") ? written.substring(0, written.length() - 1) : written;
    }

    /**
     * A folder must not hold its own input: a later run would read results as data.
     *
     * @throws NightshiftException DEFINITION_INVALID
     */
    public void requireApartFrom(String input) {
        String out = place();
        if (overlap(out, storages.canonicalStart(input))) {
            throw new NightshiftException(
                    FailureCode.DEFINITION_INVALID,
                    "output.parquet '" + folder + "' and source.parquet.path '" + input
                            + "' overlap; results need a folder of their own");
        }
    }

    /** The folder by the one name that all runs give it, however the job writes it. */
    public String place() {
        return storage.canonical(folder);
    }

    private static boolean overlap(String out, String in) {
        String below = out.endsWith("/") ? out : out + "/";
        return in.endsWith("*")
                ? below.startsWith(in.substring(0, in.length() - 1)) || in.startsWith(below)
                : below.startsWith(in.endsWith("/") ? in : in + "/") || in.startsWith(below);
    }

    /** Removes what earlier attempts of this run left unfinished, and what this one did. */
    public void clearAllStaging() {
        storage.deleteRecursively(folder + "/_staging/" + run);
    }

    /** Removes what this attempt left unfinished. */
    public void clearStaging() {
        storage.deleteRecursively(staging);
    }

    /** A new staged file that comes into place as {@code name}, for example {@code predictions/part-00000.parquet}. */
    Staged stage(String name, Schema schema) {
        String staged = staging + "/" + name;
        storage.deleteRecursively(staged);
        return new Staged(name, staged, ParquetTableWriter.create(storage, staged, schema, Compression.SNAPPY));
    }

    /**
     * Writes an aggregate and puts it in place.
     *
     * @param under empty, or the {@link #redrive} of an attempt
     */
    public FinishedFile writeAggregate(String under, String aggregate, RecordBatch rows) {
        String name = AGGREGATES + under + aggregate + ".parquet";
        try (Staged file = stage(name, rows.schema())) {
            file.append(rows);
            return file.finish();
        }
    }

    /** A file being written. Closing it without {@link #finish} gives it up. */
    final class Staged implements AutoCloseable {

        private final String name;
        private final String path;
        private final ParquetTableWriter writer;

        private Staged(String name, String path, ParquetTableWriter writer) {
            this.name = name;
            this.path = path;
            this.writer = writer;
        }

        void append(RecordBatch batch) {
            writer.append(batch);
        }

        /** Completes and checks the file and puts it in place. */
        FinishedFile finish() {
            ParquetTableWriter.Finished finished = writer.finish();
            String place = "run=" + run + "/" + name;
            storage.rename(path, folder + "/" + place);
            return new FinishedFile(place, finished.rows(), finished.bytes(), finished.sha256());
        }

        @Override
        public void close() {
            writer.close();
        }
    }

    /**
     * Proves that no key occurs twice in the run's predictions: by the partitions' key ranges where they say enough, else
     * by reading the keys.
     *
     * @throws io.nightshift.failure.NightshiftException DUPLICATE_KEY naming the key and both places
     */
    public void requireUniqueKeys(ResultSchemas schemas, List<PartitionFiles.Finished> partitions) {
        if (KeyOrder.disjoint(
                partitions.stream().map(PartitionFiles.Finished::keys).toList())) {
            return;
        }
        List<FinishedFile> predictions = partitions.stream()
                .flatMap(partition -> partition.predictions().stream())
                .toList();
        WrittenKeys keys = new WrittenKeys(
                storages,
                schemas.predictions().select(schemas.key()),
                predictions.stream().map(file -> folder + "/" + file.path()).toList());
        DuplicateKeys.Duplicate duplicate = new DuplicateKeys(keys)
                .find(predictions.stream().mapToLong(FinishedFile::rows).sum());
        if (duplicate != null) {
            throw new NightshiftException(FailureCode.DUPLICATE_KEY, duplicate.toString());
        }
    }

    /**
     * Writes the run's own manifest; the run is then complete in the folder, and not yet what readers see.
     *
     * @throws NightshiftException INPUT_MISSING, DATA_CORRUPT where a file is not there as it was written
     */
    public void completeManifest(String job, List<FinishedFile> files) {
        placeManifest(job, files, MANIFEST);
    }

    private void placeManifest(String job, List<FinishedFile> files, String name) {
        requireInPlace(files);
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("run", run);
        manifest.put("job", job);
        manifest.put("files", files);
        byte[] json = JsonMapper.shared()
                .writer(SerializationFeature.INDENT_OUTPUT)
                .writeValueAsString(manifest)
                .getBytes(StandardCharsets.UTF_8);
        place(json, folder + "/run=" + run + "/" + name);
    }

    /** Where an attempt that redrives the run puts its files of a kind. */
    public static String redrive(int attempt) {
        return "redrive-" + attempt + "/";
    }

    /**
     * Writes the manifest of a redrive beside the run's own, which stays.
     *
     * @return its name, for {@link #settle}
     * @throws NightshiftException INPUT_MISSING, DATA_CORRUPT where a file is not there as it was written
     */
    public String redrivenManifest(String job, List<FinishedFile> files, int attempt) {
        String name = "manifest-" + attempt + ".json";
        placeManifest(job, files, name);
        return name;
    }

    /** Makes the manifest of a committed redrive the run's own, by one rename. May be repeated. */
    public void settle(String name) {
        String redriven = folder + "/run=" + run + "/" + name;
        if (storage.exists(redriven)) {
            storage.rename(redriven, folder + "/run=" + run + "/" + MANIFEST);
        }
    }

    /** Removes what a redrive put in place that was never committed. */
    public void dropRedrive(int attempt) {
        String base = folder + "/run=" + run + "/";
        for (String kind : List.of(PartitionFiles.PREDICTIONS, PartitionFiles.REJECTS, AGGREGATES)) {
            storage.deleteRecursively(base + kind + "redrive-" + attempt);
        }
        storage.deleteRecursively(base + "manifest-" + attempt + ".json");
        clearStaging();
    }

    /** The rejects of a partition as its file has them; closed by the caller. */
    public KeptRejects keptRejects(ResultSchemas schemas, PartitionFiles.Finished partition) {
        List<String> paths = partition.rejects().stream()
                .map(file -> folder + "/" + file.path())
                .toList();
        return new KeptRejects(
                schemas.rejectPlaces(),
                paths.isEmpty() ? KeptRejects.Pages.NONE : new RejectFilePages(storages, paths.get(0)));
    }

    /**
     * Proves that rows of these columns can stand beside those of earlier files.
     *
     * @throws NightshiftException SCHEMA_MISMATCH saying what differs
     */
    public void requireSameColumns(ResultSchemas schemas, PartitionFiles.Finished partition) {
        String path = folder + "/" + partition.predictions().get(0).path();
        List<String> then = columns(
                ParquetFile.open(storage.file(path), ParquetLimits.defaults()).schema());
        List<String> now = columns(schemas.predictions());
        if (!then.equals(now)) {
            throw new NightshiftException(
                    FailureCode.SCHEMA_MISMATCH,
                    "the run's predictions have the columns " + then + " and would now have " + now
                            + "; a model that scores rejected rows again must have the same outputs");
        }
    }

    private static List<String> columns(Schema schema) {
        return schema.fields().stream()
                .map(field -> field.name() + " " + field.type())
                .toList();
    }

    /**
     * Proves that everything a complete run's manifest names is there, with its size.
     *
     * @throws NightshiftException INPUT_MISSING, DATA_CORRUPT naming the first file that is not
     */
    public void requireComplete() {
        requireInPlace(manifest(folder + "/run=" + run + "/" + MANIFEST).files());
    }

    /**
     * The runs of which the folder's manifest names files, by their ids; none where readers of the folder see none.
     *
     * @throws NightshiftException DATA_CORRUPT where it is no manifest
     */
    public Set<String> seenRuns() {
        String path = folder + "/" + MANIFEST;
        Set<String> seen = new TreeSet<>();
        if (storage.exists(path)) {
            Manifest manifest = manifest(path);
            seen.add(manifest.run());
            for (FinishedFile file : manifest.files()) {
                Matcher run = RUN_FOLDER.matcher(file.path());
                if (run.lookingAt()) {
                    seen.add(run.group(1));
                }
            }
        }
        return seen;
    }

    private Manifest manifest(String path) {
        byte[] json = storage.read(path, Integer.MAX_VALUE);
        try {
            return JsonMapper.shared().readValue(json, Manifest.class);
        } catch (JacksonException e) {
            throw new NightshiftException(FailureCode.DATA_CORRUPT, path + " is no manifest any more", e);
        }
    }

    /** Removes all of the run's files; may be repeated. Not for a run that readers of the folder see. */
    public void delete() {
        clearAllStaging();
        storage.deleteRecursively(folder + "/run=" + run);
    }

    private void requireInPlace(List<FinishedFile> files) {
        for (FinishedFile file : files) {
            String path = folder + "/" + file.path();
            long bytes = storage.file(path).size();
            if (bytes != file.bytes()) {
                throw new NightshiftException(
                        FailureCode.DATA_CORRUPT,
                        "the result file " + path + " has " + bytes + " bytes and was written with " + file.bytes()
                                + "; put it back as it was, or start a new run");
            }
        }
    }

    private record Manifest(String run, String job, List<FinishedFile> files) {}

    /** Makes the run the one that readers of the folder see, by one rename. */
    public void publish() {
        place(storage.read(folder + "/run=" + run + "/" + MANIFEST, Integer.MAX_VALUE), folder + "/" + MANIFEST);
        clearAllStaging();
    }

    private void place(byte[] content, String path) {
        String staged = staging + "/" + MANIFEST;
        storage.deleteRecursively(staged);
        try (StoredOutput out = storage.create(staged)) {
            out.write(content);
            out.force();
        }
        storage.rename(staged, path);
    }
}
