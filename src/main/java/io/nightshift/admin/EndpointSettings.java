package io.nightshift.admin;

import io.nightshift.job.JobFiles;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where and how the endpoint listens.
 *
 * @param port 0 for any that is free
 * @param address of this machine; {@code 127.0.0.1} lets only this machine in
 * @param hosts names by which clients may call it, beside {@code localhost} and numeric addresses: a page in a browser can let a name
 *     of its own stand for this machine
 * @param jobs the folder whose jobs can be looked at and launched
 * @param tls certificate and key, or null for plain HTTP
 */
public record EndpointSettings(
        int port,
        String address,
        Set<String> hosts,
        Path jobs,
        @Nullable Tls tls) {

    public static final String LOOPBACK = "127.0.0.1";

    public EndpointSettings {
        hosts = Set.copyOf(hosts);
    }

    /**
     * PEM files.
     *
     * @param certificate with those that lead to its authority behind it
     */
    public record Tls(Path certificate, Path key) {}

    /** Plain HTTP for this machine alone. */
    public static EndpointSettings loopback(int port) {
        return new EndpointSettings(port, LOOPBACK, Set.of(), JobFiles.FOLDER, null);
    }
}
