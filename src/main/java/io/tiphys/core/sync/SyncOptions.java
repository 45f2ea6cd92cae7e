package io.tiphys.core.sync;

import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Manifest;
import io.tiphys.core.model.ResourceKey;
import io.tiphys.core.sync.TargetResources.Warning;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// How a sync treats what it writes and deletes: Argo CD's `Name=value` options, those of an
/// Application, or those that count for one of its resources.
///
/// @param given as they are written
public record SyncOptions(Set<String> given) {

    /// What becomes of that which a deleted resource owns.
    public enum Propagation {
        /// It goes first.
        FOREGROUND("Foreground"),
        /// It goes afterwards.
        BACKGROUND("Background"),
        /// It stays.
        ORPHAN("Orphan");

        private final String wire;

        Propagation(String wire) {
            this.wire = wire;
        }

        /// The spelling of the Kubernetes API.
        public String wire() {
            return wire;
        }
    }

    /// Whether something may be deleted.
    public enum Deletable {
        YES,
        NO,
        /// Once somebody has said so.
        CONFIRMED
    }

    /// Who may give an option, and what it takes.
    private record Known(boolean onApplication, boolean onResource, List<String> values) {}

    private static final List<String> SWITCH = List.of("true", "false");
    private static final List<String> DELETION = List.of("true", "false", "confirm");

    private static final Map<String, Known> KNOWN =
            Map.ofEntries(
                    Map.entry("Validate", new Known(true, true, SWITCH)),
                    Map.entry("SkipDryRunOnMissingResource", new Known(true, true, SWITCH)),
                    Map.entry("CreateNamespace", new Known(true, false, SWITCH)),
                    Map.entry("PruneLast", new Known(true, true, SWITCH)),
                    Map.entry(
                            "PrunePropagationPolicy",
                            new Known(true, false, List.of("foreground", "background", "orphan"))),
                    Map.entry("Prune", new Known(true, true, DELETION)),
                    Map.entry("Delete", new Known(true, true, DELETION)),
                    Map.entry("ApplyOutOfSyncOnly", new Known(true, false, SWITCH)),
                    Map.entry("Replace", new Known(true, true, SWITCH)),
                    Map.entry("Force", new Known(false, true, SWITCH)),
                    Map.entry("ServerSideApply", new Known(true, true, SWITCH)),
                    Map.entry("ClientSideApplyMigration", new Known(true, false, SWITCH)),
                    Map.entry("RespectIgnoreDifferences", new Known(true, false, SWITCH)),
                    Map.entry("FailOnSharedResource", new Known(true, false, SWITCH)));

    /// Conditions are read by people, and an option may be of any length.
    private static final int MAX_PROBLEMS = 10;

    private static final int MAX_LENGTH = 80;

    /// These for a resource: what it says itself takes the place of what the Application says of
    /// the same.
    ///
    /// @param annotations the resource's
    public SyncOptions on(Map<String, String> annotations) {
        var own = own(annotations);
        if (own.isEmpty()) {
            return this;
        }
        var names = own.stream().map(SyncOptions::name).collect(Collectors.toSet());
        var all = new LinkedHashSet<>(own);
        given.stream().filter(it -> !names.contains(name(it))).forEach(all::add);
        return new SyncOptions(all);
    }

    /// Whether fields that a kind does not have are refused.
    public boolean validates() {
        return !given.contains("Validate=false");
    }

    /// Whether a resource of a kind that the cluster does not know yet is no mistake before it is
    /// to be written.
    public boolean expectsMissingKinds() {
        return given.contains("SkipDryRunOnMissingResource=true");
    }

    public boolean createsNamespace() {
        return given.contains("CreateNamespace=true");
    }

    boolean prunesLast() {
        return given.contains("PruneLast=true");
    }

    /// Whether it is deleted once Git drops it.
    public Deletable prune() {
        return deletable("Prune");
    }

    /// Whether it is deleted with its Application.
    public Deletable delete() {
        return deletable("Delete");
    }

    private Deletable deletable(String name) {
        if (given.contains(name + "=false")) {
            return Deletable.NO;
        }
        return given.contains(name + "=confirm") ? Deletable.CONFIRMED : Deletable.YES;
    }

    public Propagation prunePropagation() {
        return Arrays.stream(Propagation.values())
                .filter(
                        it ->
                                given.contains(
                                        "PrunePropagationPolicy="
                                                + it.wire().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElse(Propagation.FOREGROUND);
    }

    boolean replaces() {
        return given.contains("Replace=true");
    }

    boolean forces() {
        return given.contains("Force=true");
    }

    /// Whether fields that were applied client-side become the service's own, so that they go when
    /// Git drops them.
    public boolean migratesClientSideApply() {
        return !given.contains("ClientSideApplyMigration=false");
    }

    /// Whether fields whose differences are ignored are left as they are.
    public boolean respectsIgnoredDifferences() {
        return given.contains("RespectIgnoreDifferences=true");
    }

    boolean failsOnSharedResources() {
        return given.contains("FailOnSharedResource=true");
    }

    /// What is wrong with options, for the Application's conditions.
    ///
    /// @param application the Application's own
    public static List<Warning> warnings(Set<String> application, Collection<Manifest> resources) {
        var found = new LinkedHashMap<String, TreeSet<ResourceKey>>();
        for (var option : application) {
            problem(option, true).ifPresent(it -> found.put(it, new TreeSet<>()));
        }
        for (var resource : resources) {
            for (var option : own(resource.annotations())) {
                problem(option, false)
                        .ifPresent(
                                it ->
                                        found.computeIfAbsent(it, _ -> new TreeSet<>())
                                                .add(resource.key()));
            }
        }
        return found.entrySet().stream()
                .limit(MAX_PROBLEMS)
                .map(it -> new Warning("SyncOptionWarning", it.getKey() + whose(it.getValue())))
                .toList();
    }

    private static String whose(TreeSet<ResourceKey> resources) {
        if (resources.isEmpty()) {
            return " (spec.syncPolicy.syncOptions)";
        }
        return " (%s%s)"
                .formatted(
                        resources.first(),
                        resources.size() == 1
                                ? ""
                                : " and %d more".formatted(resources.size() - 1));
    }

    private static Optional<String> problem(String option, boolean onApplication) {
        var shown = option.length() > MAX_LENGTH ? option.substring(0, MAX_LENGTH) + "…" : option;
        var known = KNOWN.get(name(option));
        if (known == null) {
            return Optional.of(
                    "The sync option '%s' is not known and does nothing".formatted(shown));
        }
        if (!(onApplication ? known.onApplication() : known.onResource())) {
            return Optional.of(
                    "The sync option '%s' does nothing here: it counts on %s only"
                            .formatted(shown, onApplication ? "resources" : "the Application"));
        }
        if (!known.values().contains(option.substring(option.indexOf('=') + 1))) {
            return Optional.of(
                    "The sync option '%s' does nothing: %s takes %s"
                            .formatted(shown, name(option), String.join(", ", known.values())));
        }
        return Optional.empty();
    }

    private static Set<String> own(Map<String, String> annotations) {
        var options = annotations.get(Annotations.SYNC_OPTIONS);
        return options == null
                ? Set.of()
                : Arrays.stream(options.split(","))
                        .map(String::strip)
                        .filter(it -> !it.isEmpty())
                        .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static String name(String option) {
        int end = option.indexOf('=');
        return end < 0 ? option : option.substring(0, end);
    }
}
