package io.nightshift.job;

import io.nightshift.definition.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A folder of job files for who asks often. The folder is looked through each time, and a file is parsed again where its size, its
 * time or its identity has changed, or had changed shortly before it was read: what is found is what is in the folder now. Thread-safe.
 */
public final class JobFolder {

    /** A file may be written again within the resolution of its time. */
    private static final Duration SETTLED = Duration.ofSeconds(2);

    private final Path folder;
    private final Clock clock;
    private final Map<Path, Kept> kept = new ConcurrentHashMap<>();

    public JobFolder(Path folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    private record Kept(Version version, JobFile job) {}

    private record Version(
            FileTime modified, long size, @Nullable Object identity) {}

    /**
     * The job of a name.
     *
     * @throws io.nightshift.failure.NightshiftException as {@link JobFiles#find}
     */
    public JobFile find(String name) {
        return JobFiles.find(folder, name, this::read);
    }

    private @Nullable JobFile read(Path file, Problems problems) {
        Instant now = clock.instant();
        Version version = version(file);
        Kept before = kept.get(file);
        if (before != null && before.version().equals(version)) {
            return before.job();
        }
        JobFile job = JobFile.read(file, problems);
        if (job == null || version == null || version.modified().toInstant().isAfter(now.minus(SETTLED))) {
            kept.remove(file);
        } else {
            kept.put(file, new Kept(version, job));
        }
        return job;
    }

    private static @Nullable Version version(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Version(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        } catch (IOException unreadable) {
            return null;
        }
    }
}
