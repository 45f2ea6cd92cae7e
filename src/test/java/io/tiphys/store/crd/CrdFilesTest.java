package io.tiphys.store.crd;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.image.ImageUpdaterReader;
import io.tiphys.core.image.RegistryNames;
import io.tiphys.core.model.Json;
import io.tiphys.core.model.Project;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The custom resource definitions of `k8s/crds`, as they are on the class path: what an API server
/// would refuse, and what it would drop although the code reads it.
class CrdFilesTest {

    private static final Map<String, Object> APPLICATION = crd("application");
    private static final Map<String, Object> PROJECT = crd("appproject");
    private static final Map<String, Object> UPDATER = crd("imageupdater");

    @Test
    void an_application_is_named_as_argo_cd_names_it() {
        assertThat(Json.string(APPLICATION, "metadata", "name"))
                .isEqualTo("applications.argoproj.io");
        assertThat(Json.object(APPLICATION, "spec", "names"))
                .containsEntry("kind", "Application")
                .containsEntry("plural", "applications")
                .containsEntry("shortNames", List.of("app", "apps"));
    }

    @Test
    void a_project_is_named_as_argo_cd_names_it() {
        assertThat(Json.string(PROJECT, "metadata", "name")).isEqualTo("appprojects.argoproj.io");
        assertThat(Json.object(PROJECT, "spec", "names"))
                .containsEntry("kind", "AppProject")
                .containsEntry("plural", "appprojects")
                .containsEntry("shortNames", List.of("appproj", "appprojs"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application", "appproject"})
    void there_is_one_stored_version_without_a_status_subresource(String file) {
        var crd = crd(file);

        assertThat(Json.string(crd, "spec", "group")).isEqualTo("argoproj.io");
        assertThat(Json.string(crd, "spec", "scope")).isEqualTo("Namespaced");
        assertThat(Json.array(crd, "spec", "versions")).hasSize(1);
        assertThat(version(crd)).containsEntry("name", "v1alpha1");
        assertThat(version(crd)).containsEntry("served", true).containsEntry("storage", true);
        assertThat(Json.object(version(crd), "subresources")).isEmpty();
    }

    @Test
    void an_image_updater_is_as_argo_cd_image_updater_has_it() {
        assertThat(Json.string(UPDATER, "metadata", "name"))
                .isEqualTo("imageupdaters.argocd-image-updater.argoproj.io");
        assertThat(version(UPDATER))
                .containsEntry("name", "v1alpha1")
                .containsEntry("subresources", Map.of("status", Map.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application", "appproject", "imageupdater"})
    void the_schema_is_structural(String file) {
        var problems = new ArrayList<String>();

        checkStructure(schema(crd(file)), "", problems);

        assertThat(problems).isEmpty();
    }

    @Test
    void every_printed_column_is_in_the_schema() {
        var columns = Json.array(version(APPLICATION), "additionalPrinterColumns");

        assertThat(columns).isNotEmpty();
        assertThat(columns)
                .allSatisfy(
                        column ->
                                assertThat(Json.string(column, "jsonPath").substring(1))
                                        .matches(path -> keeps(schema(APPLICATION), path)));
    }

    @Test
    void what_the_reader_reads_is_not_pruned() {
        // Given
        var read = new LinkedHashSet<String>();
        var application =
                new Recorded(
                        yaml(
                                """
                                metadata: {name: a, namespace: argocd, resourceVersion: "1"}
                                spec:
                                  source: {repoURL: https://git.example.com/a, directory: {}}
                                  destination: {server: https://kubernetes.default.svc}
                                  syncPolicy: {automated: {}, syncOptions: [A=b]}
                                operation: {sync: {}, initiatedBy: {}}
                                status:
                                  resources: [{kind: Service, name: a}]
                                  operationState: {phase: Running, operation: {sync: {}}, syncResult: {}}
                                """),
                        "",
                        read);

        // When
        ApplicationReader.read(application);

        // Then
        assertThat(read)
                .contains(
                        "spec.source.directory.jsonnet",
                        "spec.syncPolicy.automated.selfHeal",
                        "status.resources[].kind");
        assertThat(read)
                .filteredOn(path -> !path.startsWith("metadata"))
                .allMatch(path -> keeps(schema(APPLICATION), path));
    }

    @Test
    void what_is_read_of_a_project_is_not_pruned() {
        // Given
        var read = new LinkedHashSet<String>();
        var spec =
                new Recorded(
                        yaml(
                                """
                                sourceRepos: ["*"]
                                destinations: [{server: "*"}]
                                clusterResourceWhitelist: [{group: "", kind: Node, name: a}]
                                clusterResourceBlacklist: [{group: "", kind: Node, name: a}]
                                namespaceResourceWhitelist: [{group: "", kind: Secret}]
                                namespaceResourceBlacklist: [{group: "", kind: Secret}]
                                sourceNamespaces: [team]
                                destinationServiceAccounts:
                                  - {server: "*", namespace: a, defaultServiceAccount: a}
                                orphanedResources: {warn: true, ignore: [{kind: Secret}]}
                                roles:
                                  - {name: a, policies: [], groups: [], jwtTokens: [{iat: 1}]}
                                syncWindows:
                                  - {kind: allow, schedule: "* * * * *", duration: 1h}
                                signatureKeys: []
                                sourceIntegrity:
                                  git:
                                    policies:
                                      - repos: [{url: "*"}]
                                        gpg: {mode: head, keys: []}
                                        ssh: {mode: head, keys: []}
                                """),
                        "spec",
                        read);

        // When
        Project.read("team", spec);

        // Then
        assertThat(read)
                .contains(
                        "spec.signatureKeys",
                        "spec.sourceIntegrity.git.policies[].repos[].url",
                        "spec.sourceIntegrity.git.policies[].ssh.keys")
                .allMatch(path -> keeps(schema(PROJECT), path));
        assertThat(keeps(schema(PROJECT), "spec.signatureKeys[].keyID")).isTrue();
    }

    @Test
    void what_is_read_of_an_image_updater_is_not_pruned() {
        // Given
        var read = new LinkedHashSet<String>();
        var updater =
                new Recorded(
                        yaml(
                                """
                                metadata: {name: a, namespace: argocd}
                                spec:
                                  commonUpdateSettings: {ignoreTags: [a], platforms: [linux/arm64]}
                                  writeBackConfig: {method: git, gitConfig: {branch: main}}
                                  imagesVerification: {enabled: false}
                                  applicationRefs:
                                    - namePattern: "*"
                                      labelSelectors:
                                        matchExpressions: [{key: a, operator: In, values: [b]}]
                                      commonUpdateSettings: {ignoreTags: [a], platforms: [linux/arm64]}
                                      writeBackConfig: {method: git, gitConfig: {branch: main}}
                                      imagesVerification: {enabled: false}
                                      images:
                                        - {alias: a, imageName: b, manifestTargets: {helm: {name: a}}}
                                        - {alias: b, imageName: b, manifestTargets: {kustomize: {name: a}}}
                                """),
                        "",
                        read);

        // When
        ImageUpdaterReader.read(updater, RegistryNames.USUAL);

        // Then
        assertThat(read)
                .contains(
                        "spec.applicationRefs[].writeBackConfig.gitConfig.pullRequest",
                        "spec.applicationRefs[].images[].manifestTargets.kustomize.name")
                .filteredOn(path -> !path.startsWith("metadata"))
                .filteredOn(
                        path -> !path.startsWith("spec.applicationRefs[].images[].writeBackConfig"))
                .allMatch(path -> keeps(schema(UPDATER), path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spec.source.helm.valuesObject.any.depth",
                "spec.source.helm.fileParameters[].path",
                "spec.source.kustomize.patches[].target.labelSelector",
                "spec.source.kustomize.replicas[].count",
                "spec.source.directory.jsonnet.tlas[].code",
                "spec.source.plugin.parameters[].map.key",
                "spec.sources[].helm.ignoreMissingValueFiles",
                "spec.sources[].ref",
                "spec.sourceHydrator.drySource.kustomize.images",
                "spec.sourceHydrator.syncSource.targetBranch",
                "spec.syncPolicy.retry.backoff.maxDuration",
                "spec.syncPolicy.managedNamespaceMetadata.labels.key",
                "spec.ignoreDifferences[].managedFieldsManagers",
                "spec.info[].value",
                "spec.revisionHistoryLimit",
                "operation.sync.syncStrategy.apply.force",
                "operation.sync.sources[].repoURL",
                "operation.retry.limit",
                "status.sync.comparedTo.source.repoURL",
                "status.health.lastTransitionTime",
                "status.history[].deployStartedAt",
                "status.operationState.syncResult.resources[].hookPhase",
                "status.conditions[].message",
                "status.summary.externalURLs",
                "status.sourceHydrator.currentOperation.phase",
            })
    void what_argo_cd_has_is_not_pruned(String path) {
        assertThat(path).matches(it -> keeps(schema(APPLICATION), it));
    }

    @Test
    void what_nobody_knows_is_pruned() {
        assertThat(keeps(schema(APPLICATION), "spec.source.repoUrl")).isFalse();
        assertThat(keeps(schema(APPLICATION), "spec.syncPolicy.automated.selfheal")).isFalse();
    }

    /// The rules by which an API server tells a structural schema, for the keywords used here.
    private static void checkStructure(
            Map<String, Object> node, String path, List<String> problems) {
        var intOrString = Boolean.TRUE.equals(node.get("x-kubernetes-int-or-string"));
        if (node.containsKey("type") == intOrString) {
            problems.add(path + ": needs exactly one of type and int-or-string");
        }
        var unknown = new LinkedHashSet<>(node.keySet());
        unknown.removeAll(
                Set.of(
                        "type",
                        "format",
                        "description",
                        "required",
                        "properties",
                        "additionalProperties",
                        "items",
                        "default",
                        "enum",
                        "pattern",
                        "minimum",
                        "minLength",
                        "maxLength",
                        "minItems",
                        "maxItems",
                        "x-kubernetes-int-or-string",
                        "x-kubernetes-list-type",
                        "x-kubernetes-list-map-keys",
                        "x-kubernetes-preserve-unknown-fields"));
        if (!unknown.isEmpty()) {
            problems.add(path + ": unexpected " + unknown);
        }
        var properties = Json.object(node, "properties");
        if (node.containsKey("properties") && node.containsKey("additionalProperties")) {
            problems.add(path + ": has both properties and additionalProperties");
        }
        if (Json.array(node, "required").stream().anyMatch(name -> !properties.containsKey(name))) {
            problems.add(path + ": requires what it does not declare");
        }
        var type = Json.string(node, "type");
        if (type.equals("array") != node.containsKey("items")) {
            problems.add(path + ": items and type do not agree");
        }
        if (type.equals("object")
                && !path.equals(".metadata")
                && properties.isEmpty()
                && !node.containsKey("additionalProperties")
                && !node.containsKey("x-kubernetes-preserve-unknown-fields")) {
            problems.add(path + ": would lose everything in it");
        }
        if (path.equals(".metadata") && node.size() > 1) {
            problems.add(path + ": may only say that it is an object");
        }
        properties.forEach(
                (name, child) -> checkStructure(Json.object(child), path + "." + name, problems));
        if (node.containsKey("items")) {
            checkStructure(Json.object(node, "items"), path + "[]", problems);
        }
        if (node.containsKey("additionalProperties")) {
            checkStructure(Json.object(node, "additionalProperties"), path + ".*", problems);
        }
    }

    /// Whether a value at the path survives the API server's pruning.
    private static boolean keeps(Map<String, Object> schema, String path) {
        Map<String, Object> node = schema;
        for (var step : path.replace("[]", ".[]").split("\\.")) {
            var next =
                    step.equals("[]")
                            ? Json.object(node, "items")
                            : Json.object(node, "properties", step);
            if (next.isEmpty()) {
                next = Json.object(node, "additionalProperties");
            }
            if (next.isEmpty()) {
                return Boolean.TRUE.equals(node.get("x-kubernetes-preserve-unknown-fields"));
            }
            node = next;
        }
        return true;
    }

    private static Map<String, Object> version(Map<String, Object> crd) {
        return Json.object(Json.array(crd, "spec", "versions").getFirst());
    }

    private static Map<String, Object> schema(Map<String, Object> crd) {
        return Json.object(version(crd), "schema", "openAPIV3Schema");
    }

    private static Map<String, Object> crd(String name) {
        try (InputStream file = CrdFilesTest.class.getResourceAsStream("/crds/" + name + ".yaml")) {
            assertThat(file).as("crds/%s.yaml on the class path", name).isNotNull();
            return yaml(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Map<String, Object> yaml(String text) {
        var settings = LoadSettings.builder().setAllowDuplicateKeys(false).build();
        return Json.object(new Load(settings).loadFromString(text));
    }

    /// An object that notes each path that somebody looks at.
    private static final class Recorded extends LinkedHashMap<String, Object> {

        private static final long serialVersionUID = 1;

        private final transient String path;
        private final transient Set<String> read;

        Recorded(Map<String, Object> object, String path, Set<String> read) {
            this.path = path;
            this.read = read;
            object.forEach((key, value) -> put(key, recorded(value, path(key))));
        }

        @Override
        public @Nullable Object get(Object key) {
            read.add(path(key));
            return super.get(key);
        }

        @Override
        public boolean containsKey(Object key) {
            read.add(path(key));
            return super.containsKey(key);
        }

        private String path(Object key) {
            return path.isEmpty() ? key.toString() : path + "." + key;
        }

        private Object recorded(Object value, String at) {
            return switch (value) {
                case Map<?, ?> map -> new Recorded(Json.object(map), at, read);
                case List<?> list -> list.stream().map(item -> recorded(item, at + "[]")).toList();
                default -> value;
            };
        }
    }
}
