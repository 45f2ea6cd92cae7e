package io.tiphys.core.sync;

import static io.tiphys.core.sync.Samples.annotated;
import static io.tiphys.core.sync.Samples.object;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.health.HealthAssessor;
import io.tiphys.core.health.RuleTable;
import io.tiphys.core.health.UserRules;
import io.tiphys.core.model.Health;
import io.tiphys.core.model.Health.Status;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.sync.Samples.World;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ApplicationHealthTest {

    @Test
    void it_is_as_healthy_as_its_worst_resource_and_names_those() {
        assertThat(overall(new World().inSync("a"))).isEqualTo(Health.of(Status.HEALTHY));
        assertThat(overall(new World().inSync("a").live(pod("p", "Pending"))))
                .isEqualTo(new Health(Status.PROGRESSING, "Caused by Pod:shop/p"));
        assertThat(
                        overall(
                                new World()
                                        .live(pod("p", "Pending"))
                                        .live(pod("f", "Failed"))
                                        .live(claim("Lost"))))
                .isEqualTo(
                        new Health(
                                Status.DEGRADED,
                                "Caused by PersistentVolumeClaim:shop/c, Pod:shop/f"));
    }

    @Test
    void of_many_resources_the_first_three_are_named() {
        var world = new World();
        for (var name : new String[] {"a", "b", "c", "d", "e"}) {
            world.live(pod(name, "Failed"));
        }

        assertThat(overall(world).message())
                .isEqualTo("Caused by Pod:shop/a, Pod:shop/b, Pod:shop/c and 2 more");
    }

    @Test
    void a_missing_resource_is_missing_and_the_application_only_if_nothing_is_there() {
        var some = Samples.health(new World().missing("a").live(pod("p", "Pending")).compare());
        var none = Samples.health(new World().missing("a").missing("b").compare());

        assertThat(some.overall().status()).isEqualTo(Status.PROGRESSING);
        assertThat(some.resources().get(key("", "ConfigMap", "a")).status())
                .isEqualTo(Status.MISSING);
        assertThat(none.overall()).isEqualTo(Health.of(Status.MISSING));
        assertThat(overall(new World())).isEqualTo(Health.of(Status.HEALTHY));
    }

    @Test
    void a_resource_that_git_no_longer_declares_counts_until_it_is_gone() {
        assertThat(overall(new World().inSync("a").live(pod("old", "Failed"))).status())
                .isEqualTo(Status.DEGRADED);
    }

    @Test
    void who_asks_not_to_count_does_not() {
        var failed = annotated(pod("f", "Failed"), "argocd.argoproj.io/ignore-healthcheck", "true");
        var insisting =
                annotated(pod("f", "Failed"), "argocd.argoproj.io/ignore-healthcheck", "false");

        var health = Samples.health(new World().live(failed).compare());

        assertThat(health.overall()).isEqualTo(Health.of(Status.HEALTHY));
        assertThat(health.resources()).isEmpty();
        assertThat(overall(new World().live(insisting)).status()).isEqualTo(Status.DEGRADED);
    }

    @Test
    void hooks_do_not_count() {
        var hook = annotated(pod("f", "Failed"), "argocd.argoproj.io/hook", "PreSync");

        assertThat(overall(new World().inSync("a").target(hook).live(hook)))
                .isEqualTo(Health.of(Status.HEALTHY));
    }

    @Test
    void an_application_does_not_count_in_itself_and_a_child_only_if_something_is_known() {
        var rules =
                UserRules.of(
                        Map.of(
                                "resource.customizations.health.argoproj.io_Application",
                                "return {status = obj.status.health.status}"));
        var assessor = new HealthAssessor(rules, RuleTable.of(Map.of()), false);
        var self = key("argoproj.io", "Application", "self");

        assertThat(overall(new World().live(application("self", "Degraded")), assessor, self))
                .isEqualTo(Status.HEALTHY);
        assertThat(overall(new World().live(application("child", "Degraded")), assessor, self))
                .isEqualTo(Status.DEGRADED);
        assertThat(overall(new World().live(application("child", "Unknown")), assessor, self))
                .isEqualTo(Status.HEALTHY);
        assertThat(overall(new World().live(application("child", "Missing")), assessor, self))
                .isEqualTo(Status.HEALTHY);
    }

    @Test
    void a_rule_that_fails_makes_its_resource_unknown_and_no_other() {
        var rules = UserRules.of(Map.of("resource.customizations.health.Pod", "while true do end"));
        var assessor = new HealthAssessor(rules, RuleTable.of(Map.of()), false);

        var health =
                ApplicationHealth.of(
                        new World().live(pod("p", "Running")).live(claim("Bound")).compare(),
                        assessor,
                        key("argoproj.io", "Application", "self"),
                        Instant.EPOCH);

        assertThat(health.overall()).isEqualTo(new Health(Status.UNKNOWN, "Caused by Pod:shop/p"));
        assertThat(health.resources().get(key("", "Pod", "p")).message())
                .startsWith("The rule resource.customizations.health.Pod failed: takes more");
        assertThat(health.resources().get(key("", "PersistentVolumeClaim", "c")))
                .isEqualTo(Health.of(Status.HEALTHY));
    }

    private static Health overall(World world) {
        return Samples.health(world.compare()).overall();
    }

    private static Status overall(World world, HealthAssessor assessor, ResourceKey self) {
        return ApplicationHealth.of(world.compare(), assessor, self, Instant.EPOCH)
                .overall()
                .status();
    }

    private static ResourceKey key(String group, String kind, String name) {
        return new ResourceKey(group, kind, "shop", name);
    }

    private static Map<String, Object> pod(String name, String phase) {
        return Json.with(object("v1", "Pod", name), phase, "status", "phase");
    }

    private static Map<String, Object> claim(String phase) {
        return Json.with(object("v1", "PersistentVolumeClaim", "c"), phase, "status", "phase");
    }

    private static Map<String, Object> application(String name, String health) {
        return Json.with(
                object("argoproj.io/v1alpha1", "Application", name),
                health,
                "status",
                "health",
                "status");
    }
}
