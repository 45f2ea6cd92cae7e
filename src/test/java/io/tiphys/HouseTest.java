package io.tiphys;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/// The walls of the house. Think hard about the layout before changing this file.
@AnalyzeClasses(packages = "io.tiphys", importOptions = DoNotIncludeTests.class)
class HouseTest {

    /// Which room may import which. A package that is not in this plan fails the build.
    private static final Map<String, Set<String>> ROOMS =
            Map.ofEntries(
                    entry("core", Set.of()),
                    entry("channel", Set.of("core")),
                    entry("cluster", Set.of("core")),
                    entry("repo", Set.of("core")),
                    entry("store", Set.of("core", "cluster")),
                    entry("access", Set.of("core", "store")),
                    entry("webhook", Set.of("core", "channel", "store")),
                    entry("pipeline", Set.of("core", "channel", "store", "repo")),
                    entry("application", Set.of("core", "channel", "store", "cluster", "repo")),
                    entry("appset", Set.of("core", "channel", "store", "repo")),
                    entry("image", Set.of("core", "channel", "store", "repo")),
                    entry("rollout", Set.of("core", "channel", "store", "cluster")),
                    entry("notification", Set.of("core", "channel", "store")),
                    entry("metrics", Set.of("core", "channel", "store", "cluster")),
                    entry("json", Set.of("core")),
                    entry("api", Set.of("core", "channel", "store", "cluster", "repo", "access")),
                    entry("dev", Set.of("core", "channel", "store", "cluster", "repo", "access")));

    /// The same plan, one floor in.
    private static final Map<String, Set<String>> CORE =
            Map.ofEntries(
                    entry("model", Set.of()),
                    entry("event", Set.of("model")),
                    entry("affected", Set.of("model", "event")),
                    entry("jq", Set.of()),
                    entry("diff", Set.of("model", "jq")),
                    entry("lua", Set.of()),
                    entry("cel", Set.of()),
                    entry("tree", Set.of("model", "diff", "health")),
                    entry("health", Set.of("model", "lua", "cel")),
                    entry("sync", Set.of("model", "diff", "health")),
                    entry("image", Set.of("model", "event")),
                    entry("appset", Set.of("model")),
                    entry("rollout", Set.of("model", "health")),
                    entry("policy", Set.of("model")),
                    entry("notification", Set.of("model", "event")));

    /// Each foreign library enters by one door.
    private static final Map<String, String[]> DOORS =
            Map.ofEntries(
                    entry(
                            "org.apache.kafka..",
                            new String[] {"io.tiphys.channel..", "io.tiphys.dev.."}),
                    entry(
                            "io.fabric8..",
                            new String[] {
                                "io.tiphys.cluster..", "io.tiphys.store..", "io.tiphys.dev.."
                            }),
                    // What makes spans may be anywhere; what becomes of them is set up once.
                    entry("io.opentelemetry.sdk..", new String[] {"io.tiphys.channel.."}),
                    entry("software.amazon.awssdk..", new String[] {"io.tiphys.cluster.cloud.."}),
                    entry("com.github.luben..", new String[] {"io.tiphys.cluster.."}),
                    entry("io.vertx.redis..", new String[] {"io.tiphys.repo.cache.."}),
                    entry("org.luaj..", new String[] {"io.tiphys.core.lua.."}),
                    entry("dev.cel..", new String[] {"io.tiphys.core.cel.."}),
                    entry("io.grpc..", new String[] {"io.tiphys.repo.plugin.."}),
                    entry("com.google.protobuf..", new String[] {"io.tiphys.repo.plugin.."}),
                    entry(
                            "org.eclipse.jgit..",
                            new String[] {"io.tiphys.repo.git..", "io.tiphys.dev.."}),
                    entry(
                            "jakarta.ws.rs..",
                            new String[] {
                                "io.tiphys.api..", "io.tiphys.webhook..", "io.tiphys.access.."
                            }));

    @ArchTest
    static void rooms_import_only_what_the_plan_allows(JavaClasses house) {
        checkPlan("io.tiphys.", ROOMS, house);
    }

    @ArchTest
    static void core_rooms_import_only_what_the_plan_allows(JavaClasses house) {
        checkPlan("io.tiphys.core.", CORE, house.that(resideInAnyPackage("io.tiphys.core..")));
    }

    @ArchTest
    static void foreign_libraries_enter_by_one_door(JavaClasses house) {
        DOORS.forEach(
                (library, doors) ->
                        noClasses()
                                .that(resideOutsideOfPackages(doors))
                                .should()
                                .dependOnClassesThat(resideInAnyPackage(library))
                                .check(house));
    }

    // spotless:off
    @ArchTest
    static final ArchRule core_imports_only_plain_java =
            classes().that().resideInAPackage("io.tiphys.core..")
                    .should().onlyDependOnClassesThat().resideInAnyPackage(
                            "io.tiphys.core..", "java.lang..", "java.util..", "java.time..", "java.math..",
                            "java.net", "java.nio.charset", "org.jspecify..",
                            // Pure computation: regular expressions in linear time, YAML as nodes.
                            "com.google.re2j..", "org.snakeyaml.engine..",
                            // And users' scripts and expressions, which core.lua and core.cel let
                            // neither read, wait nor guess.
                            "org.luaj.vm2..", "dev.cel..");

    @ArchTest
    static final ArchRule core_neither_waits_nor_guesses =
            noClasses().that().resideInAPackage("io.tiphys.core..")
                    .should().dependOnClassesThat().resideInAPackage("java.util.concurrent..")
                    .orShould().dependOnClassesThat().areAssignableTo(Random.class)
                    .orShould().callMethod(Instant.class, "now")
                    .orShould().callMethod(System.class, "currentTimeMillis")
                    .orShould().callMethod(System.class, "nanoTime")
                    .orShould().callMethod(UUID.class, "randomUUID");

    @ArchTest
    static final ArchRule no_circles = slices().matching("io.tiphys.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule names_say_something =
            noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Dto|DTO)$");
    // spotless:on

    private static void checkPlan(
            String parent, Map<String, Set<String>> plan, JavaClasses classes) {
        var packages = plan.keySet().stream().map(room -> parent + room + "..");
        // The parent itself holds nothing but its door plate.
        classes()
                .that()
                .doNotHaveSimpleName("package-info")
                .should()
                .resideInAnyPackage(packages.toArray(String[]::new))
                .check(classes);

        var walls =
                layeredArchitecture()
                        .consideringOnlyDependenciesInLayers()
                        .withOptionalLayers(true);
        for (var room : plan.keySet()) {
            walls = walls.layer(room).definedBy(parent + room + "..");
        }
        for (var room : plan.entrySet()) {
            var layer = walls.whereLayer(room.getKey());
            var allowed = room.getValue().toArray(String[]::new);
            walls =
                    allowed.length == 0
                            ? layer.mayNotAccessAnyLayer()
                            : layer.mayOnlyAccessLayers(allowed);
        }
        walls.check(classes);
    }
}
