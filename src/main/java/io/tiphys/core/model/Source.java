package io.tiphys.core.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Where manifests come from, and how they are made of what lies there.
///
/// @param path relative to the root of the repository or artefact; empty or `.` is the root
/// @param chart name of the Helm chart in a repository of charts; empty if the source is none
/// @param targetRevision branch, tag, commit, `HEAD` or a constraint on versions; of a chart or an
///     artefact a version, a tag, a digest or a constraint; never empty
/// @param tagPrefix what stands before the version in the names of tags; often empty
/// @param ref the name by which other sources of the Application find its files; mostly empty
/// @param options of the tool that the author names; empty if the files say which it is
/// @param tree the source as it was written, over which `.argocd-source.yaml` is laid
public record Source(
        String repoUrl,
        String path,
        String chart,
        String targetRevision,
        String tagPrefix,
        String ref,
        Optional<Options> options,
        Map<String, Object> tree) {

    private static final Pattern REF = Pattern.compile("[A-Za-z0-9_-]*");

    private static final String OCI = "oci://";

    /// It is reached by another name than it has.
    private static final Pattern DOCKER_HUB =
            Pattern.compile("^(?:registry-1|index)\\.docker\\.io/");

    /// What it follows in Git.
    public Revision revision() {
        return Revision.of(targetRevision, tagPrefix);
    }

    /// What turns the files of a source into manifests.
    public enum Type {
        DIRECTORY("Directory"),
        HELM("Helm"),
        KUSTOMIZE("Kustomize"),
        PLUGIN("Plugin");

        private final String wire;

        Type(String wire) {
            this.wire = wire;
        }

        /// As `status.sourceType` has it.
        public String wire() {
            return wire;
        }
    }

    /// What one tool is told beside the files. All fields are as the Application has them.
    public sealed interface Options {

        Type type();

        /// What an Application that says nothing means by files of a type.
        static Options defaults(Type type) {
            return switch (type) {
                case DIRECTORY -> Directory.PLAIN;
                case HELM -> Helm.read(new Fields("helm", Map.of()));
                case KUSTOMIZE -> Kustomize.read(new Fields("kustomize", Map.of()));
                case PLUGIN -> Plugin.read(new Fields("plugin", Map.of()));
            };
        }
    }

    /// Which files of a plain directory count.
    ///
    /// @param include globs, comma-separated inside braces as Argo CD has it; empty means all
    /// @param exclude the same; empty means none
    /// @param anyExtension whether files count that are named neither YAML nor JSON
    public record Directory(
            boolean recurse, String include, String exclude, boolean anyExtension, Jsonnet jsonnet)
            implements Options {

        public static final Directory PLAIN = of(false, "", "");

        public static Directory of(boolean recurse, String include, String exclude) {
            return new Directory(recurse, include, exclude, false, Jsonnet.NONE);
        }

        @Override
        public Type type() {
            return Type.DIRECTORY;
        }

        static Directory read(Fields fields) {
            return new Directory(
                    fields.bool("recurse"),
                    fields.string("include"),
                    fields.string("exclude"),
                    fields.bool("disableExtensionFilter"),
                    Jsonnet.read(fields.object("jsonnet")));
        }
    }

    /// What Jsonnet files of a plain directory are given.
    ///
    /// @param libs folders that imports are looked for in, relative to the repository's root
    public record Jsonnet(List<Variable> extVars, List<Variable> tlas, List<String> libs) {

        public static final Jsonnet NONE = new Jsonnet(List.of(), List.of(), List.of());

        /// @param code whether the value is an expression, else it is a text
        public record Variable(String name, String value, boolean code) {

            static Variable read(Fields fields) {
                return new Variable(
                        fields.string("name"), fields.string("value"), fields.bool("code"));
            }
        }

        static Jsonnet read(Fields fields) {
            return new Jsonnet(
                    fields.objects("extVars", Variable::read),
                    fields.objects("tlas", Variable::read),
                    fields.strings("libs"));
        }
    }

    /// What `helm template` is told.
    ///
    /// @param valueFiles relative to the path, to the repository's root if they begin with `/`, or
    ///     to another source if they begin with `$`
    /// @param values YAML; stronger than files. Not read if there is a `valuesObject`
    /// @param version of Helm: empty, `v3` or `v4`, which are the same
    public record Helm(
            String releaseName,
            String namespace,
            String version,
            String kubeVersion,
            List<String> apiVersions,
            List<String> valueFiles,
            boolean ignoreMissingValueFiles,
            String values,
            Map<String, Object> valuesObject,
            List<Parameter> parameters,
            List<FileParameter> fileParameters,
            boolean passCredentials,
            boolean skipCrds,
            boolean skipTests,
            boolean skipSchemaValidation)
            implements Options {

        /// One value. Stronger than every other way to set it.
        public record Parameter(String name, String value, boolean forceString) {

            static Parameter read(Fields fields) {
                return new Parameter(
                        fields.string("name"),
                        fields.string("value"),
                        // As Argo CD Image Updater writes it into files.
                        fields.bool("forceString") || fields.bool("forcestring"));
            }
        }

        /// One value that a file holds.
        public record FileParameter(String name, String path) {

            static FileParameter read(Fields fields) {
                return new FileParameter(fields.string("name"), fields.string("path"));
            }
        }

        @Override
        public Type type() {
            return Type.HELM;
        }

        static Helm read(Fields fields) {
            return new Helm(
                    fields.string("releaseName"),
                    fields.string("namespace"),
                    fields.string("version"),
                    fields.string("kubeVersion"),
                    fields.strings("apiVersions"),
                    fields.strings("valueFiles"),
                    fields.bool("ignoreMissingValueFiles"),
                    fields.string("values"),
                    fields.object("valuesObject").tree(),
                    fields.objects("parameters", Parameter::read),
                    fields.objects("fileParameters", FileParameter::read),
                    fields.bool("passCredentials"),
                    fields.bool("skipCrds"),
                    fields.bool("skipTests"),
                    fields.bool("skipSchemaValidation"));
        }
    }

    /// What is laid over a kustomization before it is built.
    ///
    /// @param images such as `name=other/name:tag@digest`, each part but the name optional
    /// @param patches as the field `patches` of a kustomization has them
    /// @param version a name of an installed Kustomize; empty for the only one
    public record Kustomize(
            String namePrefix,
            String nameSuffix,
            String namespace,
            String version,
            String kubeVersion,
            List<String> apiVersions,
            List<String> images,
            List<String> components,
            boolean ignoreMissingComponents,
            Map<String, String> commonLabels,
            boolean forceCommonLabels,
            boolean labelWithoutSelector,
            boolean labelIncludeTemplates,
            Map<String, String> commonAnnotations,
            boolean forceCommonAnnotations,
            boolean commonAnnotationsEnvsubst,
            List<Replica> replicas,
            List<Map<String, Object>> patches)
            implements Options {

        /// How many of one Deployment or StatefulSet.
        public record Replica(String name, long count) {

            static Replica read(Fields fields) {
                return new Replica(fields.string("name"), fields.number("count"));
            }
        }

        @Override
        public Type type() {
            return Type.KUSTOMIZE;
        }

        static Kustomize read(Fields fields) {
            return new Kustomize(
                    fields.string("namePrefix"),
                    fields.string("nameSuffix"),
                    fields.string("namespace"),
                    fields.string("version"),
                    fields.string("kubeVersion"),
                    fields.strings("apiVersions"),
                    fields.strings("images"),
                    fields.strings("components"),
                    fields.bool("ignoreMissingComponents"),
                    fields.stringMap("commonLabels"),
                    fields.bool("forceCommonLabels"),
                    fields.bool("labelWithoutSelector"),
                    fields.bool("labelIncludeTemplates"),
                    fields.stringMap("commonAnnotations"),
                    fields.bool("forceCommonAnnotations"),
                    fields.bool("commonAnnotationsEnvsubst"),
                    fields.objects("replicas", Replica::read),
                    fields.objects("patches", Fields::tree));
        }
    }

    /// What a config management plugin is told.
    ///
    /// @param name empty if the plugins say which of them it is
    /// @param parameters as written: a name, and a string, an array or a map
    public record Plugin(
            String name, Map<String, String> environment, List<Map<String, Object>> parameters)
            implements Options {

        @Override
        public Type type() {
            return Type.PLUGIN;
        }

        static Plugin read(Fields fields) {
            return new Plugin(
                    fields.string("name"),
                    fields.pairs("env"),
                    fields.objects("parameters", Fields::tree));
        }
    }

    /// @param where the field that holds the source, for messages
    /// @throws InvalidSpecException with the sentence that its author should read
    public static Source read(String where, Map<String, Object> tree) {
        var fields = new Fields(where, tree);
        if (fields.string("repoURL").isBlank()) {
            throw new InvalidSpecException(where + ".repoURL is required");
        }
        var named =
                Stream.of("directory", "helm", "kustomize", "plugin")
                        .filter(it -> tree.get(it) != null)
                        .toList();
        if (named.size() > 1) {
            throw new InvalidSpecException(
                    "%s names several tools, of which only one can render it: %s"
                            .formatted(where, String.join(", ", named)));
        }
        var ref = fields.string("ref");
        if (!REF.matcher(ref).matches()) {
            throw new InvalidSpecException(
                    where + ".ref may only have letters, digits, hyphens and underscores");
        }
        var url = fields.string("repoURL");
        var chart = fields.string("chart").strip();
        var revision = fields.string("targetRevision");
        boolean versioned = !chart.isEmpty() || url.strip().startsWith(OCI);
        return new Source(
                url,
                // A chart is rendered whole.
                chart.isEmpty() ? fields.string("path") : "",
                chart,
                revision.isBlank() ? versioned ? "*" : "HEAD" : revision,
                fields.string("tagPrefix"),
                ref,
                named.stream().findFirst().map(tool -> options(tool, fields.object(tool))),
                tree);
    }

    private static Options options(String tool, Fields fields) {
        return switch (tool) {
            case "helm" -> Helm.read(fields);
            case "kustomize" -> Kustomize.read(fields);
            case "plugin" -> Plugin.read(fields);
            default -> Directory.read(fields);
        };
    }

    /// Whether it lies in a Git repository, and not in one of charts or of OCI artefacts.
    public boolean isGit() {
        return chart.isEmpty() && !repoUrl.strip().startsWith(OCI);
    }

    /// By what name a registry tells of a new version, should it lie in one: canonical, such as
    /// `docker.io/team/web`. Of a source in Git the canonical URL, by which a host tells of a push.
    public String events() {
        if (isGit()) {
            return RepositoryUrl.canonical(repoUrl);
        }
        var url = repoUrl.strip();
        var address = RepositoryUrl.canonical(url.contains("://") ? url : OCI + url);
        return DOCKER_HUB.matcher(address).replaceFirst("docker.io/")
                + (chart.isEmpty() ? "" : "/" + chart);
    }

    /// Whether a new tag in its registry may change what it stands for.
    public boolean follows(String tag) {
        // Tags cannot have a plus, which versions may.
        return ChartVersions.choose(targetRevision, List.of(tag.replace('_', '+'))).isPresent();
    }

    /// Whether it is there for other sources to read only, and has no manifests of its own.
    public boolean isReference() {
        return !ref.isEmpty() && path.isEmpty() && isGit();
    }

    /// Whether the host of a chart's archive is shown what its repository's own host is shown.
    public boolean passesCredentials() {
        return options.orElse(Directory.PLAIN) instanceof Helm helm && helm.passCredentials();
    }

    /// Whether sub-folders of a plain directory count. Other tools find their own files.
    public boolean recurses() {
        return options.orElse(Directory.PLAIN) instanceof Directory directory
                && directory.recurse();
    }
}
