package io.nightshift;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.BE_ANNOTATED_WITH_AN_INJECTION_ANNOTATION;
import static com.tngtech.archunit.library.GeneralCodingRules.THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.GeneralCodingRules.USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The shape of the code, in one place: which package may use which, and what no class may do. */
final class StructureTest {

    private static final String ROOT = "io.nightshift";

    /** The root package: {@code Application}, which puts the service together, and nothing else. */
    private static final String APPLICATION = "(application)";

    /** Every package, its level, and the packages it uses: exactly those, all of a lower level. */
    private static final List<PackageRule> PACKAGES = List.of(
            level(0, "failure"),
            level(1, "data"),
            level(1, "storage", "failure"),
            level(1, "definition", "failure"),
            level(2, "parquet", "data", "storage", "failure"),
            level(2, "jdbc", "definition", "data", "failure"),
            level(2, "onnx", "data", "failure"),
            level(3, "registry", "onnx", "data", "definition", "failure"),
            level(4, "job", "registry", "definition", "failure"),
            level(4, "feature", "registry", "onnx", "data", "failure"),
            level(5, "score", "feature", "registry", "onnx", "data", "failure"),
            level(5, "read", "job", "parquet", "jdbc", "storage", "data", "failure"),
            level(5, "write", "job", "parquet", "jdbc", "storage", "data", "failure"),
            level(5, "aggregate", "job", "data", "failure"),
            level(5, "database", "failure"),
            level(6, "access", "database", "failure"),
            level(6, "remote", "failure"),
            level(6, "ledger", "database", "job", "failure"),
            level(6, "timing", "definition", "failure"),
            level(
                    7,
                    "run",
                    "job",
                    "registry",
                    "read",
                    "score",
                    "write",
                    "aggregate",
                    "ledger",
                    "database",
                    "jdbc",
                    "storage",
                    "data",
                    "failure"),
            level(8, "queue", "run", "ledger", "job", "database", "definition", "failure"),
            level(8, "alert", "database", "definition", "failure"),
            level(9, "configuration", "alert", "queue", "jdbc", "definition"),
            level(
                    10,
                    APPLICATION,
                    "alert",
                    "backfill",
                    "schedule",
                    "queue",
                    "run",
                    "ledger",
                    "access",
                    "database",
                    "jdbc"),
            level(
                    8,
                    "bench",
                    "run",
                    "ledger",
                    "score",
                    "read",
                    "job",
                    "registry",
                    "parquet",
                    "jdbc",
                    "storage",
                    "data",
                    "failure"),
            level(9, "backfill", "queue", "ledger", "job", "registry", "database", "failure"),
            level(
                    9,
                    "schedule",
                    "timing",
                    "alert",
                    "queue",
                    "ledger",
                    "job",
                    "database",
                    "jdbc",
                    "storage",
                    "definition",
                    "failure"),
            level(
                    10,
                    "admin",
                    "access",
                    "alert",
                    "backfill",
                    "schedule",
                    "queue",
                    "run",
                    "ledger",
                    "database",
                    "job",
                    "jdbc",
                    "failure"),
            level(
                    11,
                    "cli",
                    "remote",
                    "queue",
                    "admin",
                    "access",
                    "backfill",
                    "schedule",
                    "timing",
                    "definition",
                    APPLICATION,
                    "configuration",
                    "alert",
                    "bench",
                    "run",
                    "ledger",
                    "database",
                    "job",
                    "jdbc",
                    "storage",
                    "failure"));

    /** Libraries, by the prefix of their packages, and where they may appear. A library that is not here is refused. */
    private static final Map<String, Set<String>> LIBRARIES = Map.ofEntries(
            entry("picocli.", Set.of("cli")),
            // The one way to hear a signal without the shutdown hooks of every library.
            entry("sun.misc.Signal", Set.of("cli")),
            entry("org.springframework.batch.", Set.of("run")),
            entry(
                    "org.springframework.",
                    Set.of(
                            "database",
                            "ledger",
                            "access",
                            "alert",
                            "run",
                            "queue",
                            "schedule",
                            "backfill",
                            APPLICATION,
                            "admin",
                            "cli")),
            entry("org.springframework.web.", Set.of("admin")),
            entry("org.springframework.http.", Set.of("admin")),
            entry("org.springframework.boot.", Set.of("admin")),
            entry("org.springframework.security.", Set.of("admin")),
            entry("jakarta.servlet.", Set.of("admin")),
            entry("org.apache.catalina.", Set.of("admin")),
            entry("org.apache.coyote.", Set.of("admin")),
            entry("io.micrometer.core.", Set.of("admin")),
            entry("io.micrometer.prometheusmetrics.", Set.of("admin")),
            // The interface of Spring's own proxies.
            entry("org.aopalliance.", Set.of("run")),
            entry("ch.qos.logback.", Set.of("run", "cli")),
            entry("com.zaxxer.hikari.", Set.of("jdbc", "database")),
            entry("org.flywaydb.", Set.of("database")),
            entry("org.h2.", Set.of("jdbc", "database")),
            entry("org.postgresql.", Set.of("jdbc", "database")),
            entry("ai.djl.", Set.of("score")),
            entry("ai.onnxruntime.", Set.of("score")),
            entry("org.apache.parquet.", Set.of("parquet")),
            // parquet-java has Hadoop's Configuration in its own signatures.
            entry("org.apache.hadoop.", Set.of("storage", "parquet")),
            entry("org.apache.datasketches.", Set.of("aggregate")),
            entry("org.quartz.CronExpression", Set.of("timing")),
            entry("org.quartz.", Set.of("schedule")),
            entry("de.focus_shift.", Set.of("timing")),
            entry("org.yaml.snakeyaml.", Set.of("definition")),
            entry("org.apache.commons.text.", Set.of("failure")),
            entry("jakarta.mail.", Set.of("alert")),
            entry("javax.crypto.", Set.of("alert")),
            entry("javax.net.ssl.", Set.of("remote", "cli")),
            // The codecs that parquet-java itself brings, called without its copies between buffers.
            entry("com.github.luben.zstd.", Set.of("parquet")),
            entry("org.xerial.snappy.", Set.of("parquet")),
            entry("io.airlift.compress.", Set.of("parquet")),
            entry(
                    "java.sql.",
                    Set.of(
                            "jdbc",
                            "write",
                            "database",
                            "ledger",
                            "access",
                            "alert",
                            "run",
                            "queue",
                            "schedule",
                            "backfill")),
            entry("javax.sql.", Set.of("jdbc", "write", "database", "ledger", "access", "run", "queue", "schedule")));

    private static final Set<String> LIBRARIES_ALLOWED_EVERYWHERE =
            Set.of("java.", "org.jspecify.", "org.slf4j.", "tools.jackson.", "com.fasterxml.jackson.annotation.");

    /** Public although no other package names them: something else makes them. */
    private static final Set<String> STARTED_FROM_OUTSIDE =
            Set.of(ROOT + ".cli.Nightshift", ROOT + ".admin.ProblemReportValve");

    /** The one class that writes to the terminal. */
    private static final String TERMINAL = ROOT + ".cli.Terminal";

    /** The class that makes the process's one {@link Clock}. */
    private static final String CLOCK_SOURCE = ROOT + ".cli.Nightshift";

    private static final List<String> BANNED_ENDINGS =
            List.of("Util", "Utils", "Helper", "Helpers", "Manager", "Impl", "Constants", "Base");

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);
    private static final JavaClasses TESTS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
            .importPackages(ROOT);

    /** Types in the signatures, type arguments included, of what public types offer: whoever calls must be able to name them. */
    private static final Set<String> EXPOSED = MAIN.stream()
            .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
            .flatMap(type -> type.getMethods().stream())
            .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
            .flatMap(method -> Stream.concat(Stream.of(method.getReturnType()), method.getParameterTypes().stream()))
            .flatMap(type -> type.getAllInvolvedRawTypes().stream())
            .map(type -> type.getName().replaceAll("\\$.*", ""))
            .collect(toCollection(TreeSet::new));

    private record PackageRule(int level, String name, Set<String> uses) {}

    private static PackageRule level(int level, String name, String... uses) {
        return new PackageRule(level, name, Set.of(uses));
    }

    @Test
    void everyPackageIsOnTheMapAndFlat() {
        Set<String> known = PACKAGES.stream().map(PackageRule::name).collect(toCollection(TreeSet::new));
        assertThat(existing())
                .as("packages under %s: flat, listed in this test, and nothing in the root", ROOT)
                .isSubsetOf(known);
        assertThat(MAIN.stream().filter(type -> packageOf(type).equals(APPLICATION)))
                .as("types in the root package")
                .allMatch(type -> Set.of("Application", "package-info").contains(type.getSimpleName()));
    }

    @Test
    void theMapPointsDownwards() {
        for (PackageRule rule : PACKAGES) {
            assertThat(PACKAGES.stream()
                            .filter(other -> rule.uses().contains(other.name()) && other.level() < rule.level()))
                    .as("packages below %s that it uses", rule.name())
                    .hasSameSizeAs(rule.uses());
        }
    }

    @Test
    void packagesUseExactlyWhatTheMapAllows() {
        Set<String> existing = existing();
        Set<String> differences = new TreeSet<>();
        for (PackageRule rule : PACKAGES) {
            Set<String> used = packagesUsedBy(rule.name());
            used.stream()
                    .filter(name -> !rule.uses().contains(name))
                    .forEach(name -> differences.add(rule.name() + " uses " + name + ", which the map does not allow"));
            // A package that is still to come uses nothing, and nothing can use it.
            rule.uses().stream()
                    .filter(name -> existing.contains(rule.name()))
                    .filter(name -> existing.contains(name) && !used.contains(name))
                    .forEach(
                            name -> differences.add(rule.name() + " no longer uses " + name + ": take it off the map"));
        }
        assertThat(differences).isEmpty();
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void librariesStayInTheirPackages() {
        Set<String> breaches = new TreeSet<>();
        for (JavaClass type : MAIN) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (!target.isPrimitive() && !isAllowed(packageOf(type), target.getName())) {
                    breaches.add(type.getName() + " uses " + target.getName());
                }
            }
        }
        assertThat(breaches).isEmpty();
    }

    private static boolean isAllowed(String from, String target) {
        if (target.startsWith(ROOT + ".")) {
            return true;
        }
        return LIBRARIES.keySet().stream()
                .filter(target::startsWith)
                .max(java.util.Comparator.comparingInt(String::length))
                .map(family -> LIBRARIES.get(family).contains(from))
                .orElseGet(() -> LIBRARIES_ALLOWED_EVERYWHERE.stream().anyMatch(target::startsWith));
    }

    @Test
    void publicTypesAreUsedByAnotherPackage() {
        Set<String> unused = new TreeSet<>();
        for (JavaClass type : MAIN) {
            if (type.isTopLevelClass()
                    && type.getModifiers().contains(JavaModifier.PUBLIC)
                    && !STARTED_FROM_OUTSIDE.contains(type.getName())
                    && usersOf(type).noneMatch(user -> !packageOf(user).equals(packageOf(type)))
                    && !EXPOSED.contains(type.getName())) {
                unused.add(type.getName());
            }
        }
        assertThat(unused).as("public types that only their own package uses").isEmpty();
    }

    private static Stream<JavaClass> usersOf(JavaClass type) {
        return MAIN.stream()
                .filter(member -> member.getName().equals(type.getName())
                        || member.getName().startsWith(type.getName() + "$"))
                .flatMap(member -> member.getDirectDependenciesToSelf().stream())
                .map(Dependency::getOriginClass);
    }

    @Test
    void nothingIsInjectedIntoFields() {
        noFields()
                .should(BE_ANNOTATED_WITH_AN_INJECTION_ANNOTATION)
                .allowEmptyShould(true)
                .check(MAIN);
    }

    @Test
    void onlyTheTerminalWritesToTheStandardStreams() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(TERMINAL)
                .should(ACCESS_STANDARD_STREAMS)
                .check(MAIN);
    }

    @Test
    void failuresAreNightshiftExceptions() {
        noClasses().should(THROW_GENERIC_EXCEPTIONS).check(MAIN);
    }

    @Test
    void loggingGoesThroughSlf4j() {
        noClasses().should(USE_JAVA_UTIL_LOGGING).check(MAIN);
    }

    @Test
    void timeComesFromTheClock() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(CLOCK_SOURCE)
                .should()
                .callCodeUnitWhere(readsTheWallClock())
                .check(MAIN);
    }

    private static DescribedPredicate<JavaCall<?>> readsTheWallClock() {
        Set<String> readers = Stream.of(
                        Instant.class,
                        LocalDate.class,
                        LocalDateTime.class,
                        LocalTime.class,
                        OffsetDateTime.class,
                        ZonedDateTime.class)
                .map(type -> type.getName() + ".now")
                .collect(toCollection(TreeSet::new));
        readers.add("java.lang.System.currentTimeMillis");
        readers.add("java.util.Date.<init>");
        readers.add(Clock.class.getName() + ".systemUTC");
        readers.add(Clock.class.getName() + ".systemDefaultZone");
        readers.add(Clock.class.getName() + ".system");
        return DescribedPredicate.describe("read the wall clock", call -> {
            CodeUnitCallTarget target = call.getTarget();
            boolean clockGiven = target.getRawParameterTypes().stream()
                    .anyMatch(parameter -> parameter.getName().equals(Clock.class.getName()));
            return !clockGiven && readers.contains(target.getOwner().getName() + "." + target.getName());
        });
    }

    @Test
    void configurationPropertiesAreRecordsOfTheirPackage() {
        classes()
                .that()
                .areAnnotatedWith("org.springframework.boot.context.properties.ConfigurationProperties")
                .should()
                .beRecords()
                .andShould()
                .bePackagePrivate()
                .allowEmptyShould(true)
                .check(MAIN);
    }

    @Test
    void controllersStayOutOfTheKernel() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".admin")
                .should()
                .beMetaAnnotatedWith("org.springframework.stereotype.Controller")
                .check(MAIN);
    }

    @Test
    void namesSayWhatATypeDoes() {
        List<String> breaches = new ArrayList<>();
        Stream.concat(MAIN.stream(), TESTS.stream())
                .filter(type -> BANNED_ENDINGS.stream().anyMatch(type.getSimpleName()::endsWith)
                        || type.getSimpleName().startsWith("Base"))
                .forEach(type -> breaches.add(type.getName()));
        assertThat(breaches).isEmpty();
    }

    @Test
    void testsNeitherSleepNorMock() {
        noClasses().should().callMethod(Thread.class, "sleep", long.class).check(TESTS);
        noClasses()
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "belong to Mockito", type -> type.getName().startsWith("org.mockito.")))
                .check(TESTS);
    }

    private static Set<String> existing() {
        return MAIN.stream().map(StructureTest::packageOf).collect(toCollection(TreeSet::new));
    }

    private static Set<String> packagesUsedBy(String name) {
        return MAIN.stream()
                .filter(type -> packageOf(type).equals(name))
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                .filter(target -> target.getName().startsWith(ROOT + "."))
                .map(StructureTest::packageOf)
                .filter(used -> !used.equals(name))
                .collect(toCollection(TreeSet::new));
    }

    private static String packageOf(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(ROOT) ? APPLICATION : name.substring(ROOT.length() + 1);
    }
}
