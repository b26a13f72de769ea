package io.nightshift;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/** HDFS as a cluster of one node in this process. */
public final class HdfsNode implements AutoCloseable {

    private final MiniDFSCluster cluster;

    /** @param folder where it keeps its blocks */
    public HdfsNode(Path folder) {
        Configuration configuration = new Configuration();
        configuration.set("dfs.namenode.fs-limits.min-block-size", "1024");
        try {
            cluster = new MiniDFSCluster.Builder(configuration, folder.toFile()).build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What its paths begin with. */
    public String root() {
        return "hdfs://localhost:" + cluster.getNameNodePort();
    }

    @Override
    public void close() {
        cluster.shutdown();
    }
}
