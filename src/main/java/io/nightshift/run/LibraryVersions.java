package io.nightshift.run;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The versions of the libraries that results depend on, read from the names of their jars. */
final class LibraryVersions {

    private static final Pattern JAR = Pattern.compile(
            "(onnxruntime|onnxruntime-engine|parquet-hadoop|spring-batch-core|h2|datasketches-java|hadoop-client-api)"
                    + "-(\\d[\\w.-]*)\\.jar");

    private LibraryVersions() {}

    static Map<String, String> onClassPath() {
        Map<String, String> versions = new TreeMap<>();
        Matcher jars = JAR.matcher(classPath());
        while (jars.find()) {
            versions.put(jars.group(1), jars.group(2));
        }
        return versions;
    }

    /** A jar started by {@code -jar} names its libraries in its manifest. */
    private static String classPath() {
        StringBuilder path = new StringBuilder(System.getProperty("java.class.path"));
        try (var manifest = LibraryVersions.class.getResourceAsStream("/META-INF/MANIFEST.MF")) {
            if (manifest != null) {
                path.append(' ')
                        .append(new java.util.jar.Manifest(manifest)
                                .getMainAttributes()
                                .getValue("Class-Path"));
            }
        } catch (java.io.IOException e) {
            path.append(' ');
        }
        return path.toString();
    }
}
