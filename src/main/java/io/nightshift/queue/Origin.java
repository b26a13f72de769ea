package io.nightshift.queue;

/**
 * Who asked for a run.
 *
 * @param name of the schedule or backfill; of the person for {@link Kind#API}
 */
public record Origin(Kind kind, String name) {

    /** Kinds of origins, live ones first: a backfill's run is taken where no live one can be. */
    public enum Kind {
        API,
        SCHEDULE,
        BACKFILL
    }

    /** As people read it. */
    String words() {
        return switch (kind) {
            case API -> name;
            case SCHEDULE -> "schedule " + name;
            case BACKFILL -> "backfill " + name;
        };
    }

    public static Origin api(String who) {
        return new Origin(Kind.API, who);
    }

    public static Origin schedule(String name) {
        return new Origin(Kind.SCHEDULE, name);
    }

    public static Origin backfill(String name) {
        return new Origin(Kind.BACKFILL, name);
    }
}
