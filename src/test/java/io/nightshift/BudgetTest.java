package io.nightshift;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** The size of things, read from the sources: a budget that is exceeded asks for a missing concept. */
final class BudgetTest {

    private static final Path SOURCES = Path.of("src/main/java/io/nightshift");
    private static final int CLASS_LINES = 400;
    private static final int METHOD_LINES = 60;
    private static final int CONSTRUCTOR_PARAMETERS = 7;
    private static final int PACKAGE_FILES = 12;

    /** Packages with more files than the budget, how many they may have, and why. */
    private static final Map<String, Allowance> LARGER_PACKAGES = Map.ofEntries(
            Map.entry(
                    "jdbc", new Allowance(38, "named databases, and tables in both directions, a class for each path")),
            Map.entry(
                    "database",
                    new Allowance(15, "two kinds of databases, each opened, migrated and queried in its way")),
            Map.entry(
                    "data",
                    new Allowance(18, "one small class for each physical type of a column: a switch would box values")),
            Map.entry(
                    "aggregate",
                    new Allowance(27, "one accumulator for each function, one key for each kind of group column")),
            Map.entry(
                    "parquet",
                    new Allowance(33, "reading and writing, one class for each encoding and each page kind")),
            Map.entry("read", new Allowance(16, "two kinds of sources, each with its data set, partitions and reader")),
            Map.entry("score", new Allowance(14, "the engine's adapters, and one class for each check of a model")),
            Map.entry("job", new Allowance(20, "small records: what a job file says")),
            Map.entry(
                    "run",
                    new Allowance(45, "one small class for each step of a run's life, and Spring Batch's adapters")),
            Map.entry("definition", new Allowance(17, "one small class for each thing that has a place in a document")),
            Map.entry(
                    "alert",
                    new Allowance(
                            25, "three kinds of channels, their settings, and the steps from the outbox to them")),
            Map.entry("ledger", new Allowance(19, "half of it are small records: what is kept of a run")),
            Map.entry("queue", new Allowance(24, "small records, and one class for each thing that befalls a run")),
            Map.entry("timing", new Allowance(22, "cron in its parts, and one small class for each kind of calendar")),
            Map.entry(
                    "admin",
                    new Allowance(
                            45,
                            "one class for each group of routes, and for each thing that a request is checked for")),
            Map.entry(
                    "schedule",
                    new Allowance(44, "small records, the parts of a firing, one class for each thing waited for")),
            Map.entry(
                    "cli",
                    new Allowance(
                            52,
                            "one class for each command, the two places it works in, and the parts of a terminal")));

    private static final Pattern SENTENCE =
            Pattern.compile("(?s)\\A/\\*\\*\\s+\\p{Lu}.+?\\.\\s+\\*/\\s+@NullMarked\\b.*");

    private record Allowance(int files, String reason) {}

    @Test
    void filesStayWithinTheirBudget() throws IOException {
        List<String> breaches = new ArrayList<>();
        for (Path file : sources()) {
            int lines = Files.readAllLines(file).size();
            if (lines > CLASS_LINES) {
                breaches.add(SOURCES.relativize(file) + ": " + lines + " lines, allowed are " + CLASS_LINES);
            }
        }
        assertThat(breaches).isEmpty();
    }

    @Test
    void packagesStayWithinTheirBudget() throws IOException {
        Map<String, Integer> files = new TreeMap<>();
        for (Path file : sources()) {
            if (!file.endsWith("package-info.java")) {
                files.merge(packageOf(file), 1, Integer::sum);
            }
        }
        files.forEach((name, count) -> {
            Allowance allowance = LARGER_PACKAGES.getOrDefault(name, new Allowance(PACKAGE_FILES, "the budget"));
            assertThat(count)
                    .as("files of package %s (%s)", name, allowance.reason())
                    .isLessThanOrEqualTo(allowance.files());
        });
    }

    @Test
    void everyPackageSaysWhatItDoesAndRefusesNulls() throws IOException {
        for (Path folder : sources().stream().map(Path::getParent).distinct().toList()) {
            assertThat(folder.resolve("package-info.java"))
                    .content()
                    .as("%s: one sentence of Javadoc, then @NullMarked", folder)
                    .matches(SENTENCE);
        }
    }

    @Test
    void methodsAndConstructorsStayWithinTheirBudget() throws IOException {
        assertThat(breachesIn(sources())).isEmpty();
    }

    private static List<String> breachesIn(List<Path> files) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> breaches = new ArrayList<>();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(files));
            DocTrees trees = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                new BudgetScanner(unit, trees, breaches).scan(unit, null);
            }
        }
        return breaches;
    }

    private static final class BudgetScanner extends TreePathScanner<Void, Void> {

        private final CompilationUnitTree unit;
        private final DocTrees trees;
        private final List<String> breaches;

        BudgetScanner(CompilationUnitTree unit, DocTrees trees, List<String> breaches) {
            this.unit = unit;
            this.trees = trees;
            this.breaches = breaches;
        }

        @Override
        public Void visitClass(ClassTree type, Void nothing) {
            boolean topLevel = getCurrentPath().getParentPath().getLeaf() == unit;
            if (topLevel
                    && type.getModifiers().getFlags().contains(Modifier.PUBLIC)
                    && trees.getDocCommentTree(getCurrentPath()) == null) {
                breaches.add(type.getSimpleName() + " is public and has no Javadoc that states its contract");
            }
            return super.visitClass(type, nothing);
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            ClassTree owner = (ClassTree) getCurrentPath().getParentPath().getLeaf();
            String name = owner.getSimpleName() + "." + method.getName();
            long lines = line(trees.getSourcePositions().getEndPosition(unit, method))
                    - line(trees.getSourcePositions().getStartPosition(unit, method))
                    + 1;
            if (lines > METHOD_LINES) {
                breaches.add(name + ": " + lines + " lines, allowed are " + METHOD_LINES);
            }
            // A record's components are the data it holds, as many as the thing has; only workers are limited.
            if (owner.getKind() != Tree.Kind.RECORD
                    && method.getReturnType() == null
                    && method.getParameters().size() > CONSTRUCTOR_PARAMETERS) {
                breaches.add(name + ": " + method.getParameters().size() + " constructor parameters, allowed are "
                        + CONSTRUCTOR_PARAMETERS);
            }
            return super.visitMethod(method, nothing);
        }

        private long line(long position) {
            return unit.getLineMap().getLineNumber(position);
        }
    }

    private static String packageOf(Path file) {
        return SOURCES.relativize(file.getParent()).toString();
    }

    private static List<Path> sources() {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
