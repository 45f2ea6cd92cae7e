package io.tiphys.core.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.sync.SyncOptions.Deletable;
import io.tiphys.core.sync.SyncOptions.Propagation;
import io.tiphys.core.sync.TargetResources.Warning;
import io.tiphys.core.sync.Writing.Way;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyncOptionsTest {

    @Test
    void without_any_a_sync_validates_prunes_in_the_foreground_and_migrates() {
        var none = options("");

        assertThat(none.validates()).isTrue();
        assertThat(none.migratesClientSideApply()).isTrue();
        assertThat(none.prune()).isEqualTo(Deletable.YES);
        assertThat(none.delete()).isEqualTo(Deletable.YES);
        assertThat(none.prunePropagation()).isEqualTo(Propagation.FOREGROUND);
        assertThat(none.createsNamespace()).isFalse();
        assertThat(none.prunesLast()).isFalse();
        assertThat(none.expectsMissingKinds()).isFalse();
        assertThat(none.failsOnSharedResources()).isFalse();
        assertThat(none.respectsIgnoredDifferences()).isFalse();
    }

    @Test
    void each_option_says_what_it_says() {
        assertThat(options("Validate=false").validates()).isFalse();
        assertThat(options("ClientSideApplyMigration=false").migratesClientSideApply()).isFalse();
        assertThat(options("CreateNamespace=true").createsNamespace()).isTrue();
        assertThat(options("PruneLast=true").prunesLast()).isTrue();
        assertThat(options("SkipDryRunOnMissingResource=true").expectsMissingKinds()).isTrue();
        assertThat(options("FailOnSharedResource=true").failsOnSharedResources()).isTrue();
        assertThat(options("RespectIgnoreDifferences=true").respectsIgnoredDifferences()).isTrue();
        assertThat(options("PrunePropagationPolicy=orphan").prunePropagation())
                .isEqualTo(Propagation.ORPHAN);
        assertThat(options("PrunePropagationPolicy=background").prunePropagation())
                .isEqualTo(Propagation.BACKGROUND);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            delimiter = '|',
            textBlock =
                    """
                    -                  | -                            | YES
                    Prune=false        | -                            | NO
                    Prune=false        | Prune=true                   | YES
                    Prune=true         | Prune=false                  | NO
                    Prune=true         | Prune=confirm                | CONFIRMED
                    Prune=confirm      | Replace=true                 | CONFIRMED
                    Prune=false        | Prune=confirm                | CONFIRMED
                    -                  | ' Replace=true , Prune=false ' | NO
                    -                  | 'Prune=true,Prune=false'     | NO
                    -                  | 'prune=false'                | YES
                    Prune=falsey       | -                            | YES
                    NoPrune=false      | -                            | YES
                    """)
    void a_resources_own_option_takes_the_place_of_the_applications(
            String application, String resource, Deletable prune) {
        var own = resource == null ? Map.<String, String>of() : annotations(resource);

        assertThat(options(application == null ? "" : application).on(own).prune())
                .isEqualTo(prune);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            delimiter = '|',
            textBlock =
                    """
                    ConfigMap | -            | -                       | false | APPLY
                    ConfigMap | -            | Replace=true            | false | REPLACE
                    ConfigMap | Replace=true | -                       | false | REPLACE
                    ConfigMap | Replace=true | Replace=false           | false | APPLY
                    ConfigMap | -            | Force=true              | false | APPLY_OR_RECREATE
                    ConfigMap | -            | 'Force=true,Replace=true' | false | RECREATE
                    ConfigMap | Replace=true | Force=true              | false | RECREATE
                    ConfigMap | -            | -                       | true  | APPLY_OR_RECREATE
                    ConfigMap | Replace=true | -                       | true  | RECREATE
                    Namespace | Replace=true | Force=true              | true  | REPLACE
                    Namespace | -            | Force=true              | true  | APPLY
                    ConfigMap | -            | ServerSideApply=false   | false | APPLY
                    """)
    void how_a_resource_is_written(
            String kind, String application, String resource, boolean forced, Way way) {
        var own = resource == null ? "" : resource;

        var how =
                Writing.of(
                        manifest(kind, "x", own),
                        options(application == null ? "" : application),
                        forced);

        assertThat(how).isEqualTo(new Writing(way, true));
    }

    @Test
    void a_definition_is_never_deleted_to_be_made_anew() {
        var definition =
                new Manifest(
                        Map.of(
                                "apiVersion",
                                "apiextensions.k8s.io/v1",
                                "kind",
                                "CustomResourceDefinition"),
                        "");

        assertThat(Writing.of(definition, options("Replace=true"), true).way())
                .isEqualTo(Way.REPLACE);
    }

    @Test
    void validation_may_be_left_out_for_one_resource() {
        var lax = manifest("ConfigMap", "x", "Validate=false");

        assertThat(Writing.of(lax, options(""), false).strict()).isFalse();
        assertThat(Writing.of(lax, options("Validate=false"), false).strict()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Validate=false",
                "SkipDryRunOnMissingResource=true",
                "CreateNamespace=true",
                "PruneLast=true",
                "PrunePropagationPolicy=background",
                "Prune=confirm",
                "Delete=false",
                "ApplyOutOfSyncOnly=true",
                "Replace=true",
                "ServerSideApply=false",
                "ClientSideApplyMigration=false",
                "RespectIgnoreDifferences=true",
                "FailOnSharedResource=true",
            })
    void argo_cds_options_are_known(String option) {
        assertThat(SyncOptions.warnings(Set.of(option), List.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ServerSideAply=true | The sync option 'ServerSideAply=true' is not known and does nothing (spec.syncPolicy.syncOptions)
                    prune=false         | The sync option 'prune=false' is not known and does nothing (spec.syncPolicy.syncOptions)
                    Prune               | The sync option 'Prune' does nothing: Prune takes true, false, confirm (spec.syncPolicy.syncOptions)
                    Prune=no            | The sync option 'Prune=no' does nothing: Prune takes true, false, confirm (spec.syncPolicy.syncOptions)
                    Validate= false     | The sync option 'Validate= false' does nothing: Validate takes true, false (spec.syncPolicy.syncOptions)
                    Force=true          | The sync option 'Force=true' does nothing here: it counts on resources only (spec.syncPolicy.syncOptions)
                    """)
    void what_an_application_cannot_say_is_told(String option, String message) {
        assertThat(SyncOptions.warnings(Set.of(option), List.of()))
                .containsExactly(new Warning("SyncOptionWarning", message));
    }

    @Test
    void what_resources_cannot_say_is_told_once() {
        var resources =
                List.of(
                        manifest("ConfigMap", "b", "CreateNamespace=true, Prune=false,"),
                        manifest("ConfigMap", "a", "CreateNamespace=true"),
                        manifest("ConfigMap", "c", "Replace=true"));

        assertThat(SyncOptions.warnings(Set.of(), resources))
                .extracting(Warning::message)
                .containsExactly(
                        "The sync option 'CreateNamespace=true' does nothing here: it counts on the"
                                + " Application only (/ConfigMap/shop/a and 1 more)");
    }

    @Test
    void nonsense_without_end_makes_short_and_few_warnings() {
        var nonsense =
                IntStream.range(0, 500)
                        .mapToObj(it -> it + "x".repeat(100_000))
                        .collect(Collectors.joining(","));

        var warnings =
                SyncOptions.warnings(Set.of(), List.of(manifest("ConfigMap", "a", nonsense)));

        assertThat(warnings).hasSize(10);
        assertThat(warnings).allSatisfy(it -> assertThat(it.message()).hasSizeLessThan(250));
    }

    private static SyncOptions options(String options) {
        return new SyncOptions(
                Arrays.stream(options.split(","))
                        .filter(it -> !it.isEmpty())
                        .collect(Collectors.toSet()));
    }

    private static Manifest manifest(String kind, String name, String options) {
        return new Manifest(
                Samples.annotated(
                        Samples.object("v1", kind, name), Annotations.SYNC_OPTIONS, options),
                "");
    }

    private static Map<String, String> annotations(String options) {
        return Map.of(Annotations.SYNC_OPTIONS, options);
    }
}
