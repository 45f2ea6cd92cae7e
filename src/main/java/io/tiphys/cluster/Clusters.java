package io.tiphys.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tiphys.core.model.ClusterInfo;
import io.tiphys.core.model.ClusterSecret;
import io.tiphys.core.model.ClusterState;
import io.tiphys.core.model.Destination;
import io.tiphys.core.model.InvalidSpecException;
import io.tiphys.core.model.ResourceFilter;
import io.tiphys.core.model.RespectRbac;
import io.tiphys.core.model.Tracking;
import io.tiphys.core.policy.ClusterChoice;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// The clusters that Applications may name: the control plane's own, and those that Secrets tell
/// of. Each is connected when somebody wants it, on its own; none waits for another.
@Singleton
public class Clusters {

    private final KubernetesClient client;
    private final KubernetesApi controlPlane;
    private final List<CloudTokens> clouds;

    /// By the names of their Secrets, in order.
    private final Map<String, Known> bySecret = new TreeMap<>();

    private volatile List<Known> known;
    private volatile ResourceFilter filter = ResourceFilter.DEFAULT;
    private volatile RespectRbac respect = RespectRbac.OFF;
    private volatile Tracking tracking = Tracking.DEFAULT;
    private final List<Consumer<LiveChange>> liveListeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<Predicate<Destination>>> listeners = new CopyOnWriteArrayList<>();

    /// A cluster, and the connection to it unless it cannot be used as it stands.
    private record Known(ClusterSecret secret, Optional<Connection> connection) {}

    /// What stands at a destination.
    public sealed interface Found {

        /// Connected, its live state known.
        record Ready(Cluster cluster) implements Found {}

        /// It was not asked for before. Listeners are told when that is over.
        record Connecting() implements Found {}

        /// Out of reach. Listeners are told when it is back.
        record Down(String why) implements Found {}

        /// Its Secret must be mended.
        record Unusable(String problem) implements Found {}

        /// There is no such cluster.
        record None(String problem) implements Found {}
    }

    @Inject
    Clusters(
            ClusterConfig config,
            Instance<DefaultCluster> defaultCluster,
            @All List<CloudTokens> clouds) {
        this(kubernetesConfig(config, defaultCluster), clouds);
    }

    /// Connects to the control plane.
    ///
    /// @param kubernetes how to reach it
    /// @param clouds who issues tokens for clusters of a cloud
    public Clusters(Config kubernetes, List<CloudTokens> clouds) {
        this.clouds = clouds;
        kubernetes.setRequestRetryBackoffLimit(3);
        client = ApiClients.of(kubernetes);
        controlPlane = new KubernetesApi(client);
        known = List.of(connected(ClusterSecret.IN_CLUSTER));
    }

    /// The API server that holds the Applications.
    public KubernetesApi controlPlane() {
        return controlPlane;
    }

    /// So that the first Application finds it watched.
    void start(@Observes StartupEvent event) {
        var _ = find(new Destination(Destination.IN_CLUSTER, "", ""));
    }

    /// The cluster that a destination names. Does not wait; begins to connect it if nobody has.
    public Found find(Destination destination) {
        return find(choose(destination));
    }

    /// The same of a cluster that was chosen before. One that was changed since is not taken for
    /// it: listeners are told of that.
    public Found find(ClusterChoice choice) {
        return switch (choice) {
            case ClusterChoice.None(var problem) -> new Found.None(problem);
            case ClusterChoice.Chosen(var chosen) ->
                    known.stream()
                            .filter(it -> it.secret.equals(chosen))
                            .findFirst()
                            .map(Clusters::found)
                            .orElseGet(Found.Connecting::new);
        };
    }

    private static Found found(Known known) {
        var secret = known.secret;
        if (secret.problem().isPresent()) {
            return new Found.Unusable(
                    "The cluster %s cannot be used: the Secret %s: %s"
                            .formatted(called(secret), secret.secret(), secret.problem().get()));
        }
        var connection = known.connection.orElseThrow().want();
        return switch (connection.state()) {
            case ClusterState.Unknown _ -> new Found.Connecting();
            case ClusterState.Successful _ -> new Found.Ready(connection.cluster());
            case ClusterState.Failed(var why) ->
                    new Found.Down(
                            "The cluster %s is out of reach: %s".formatted(called(secret), why));
        };
    }

    /// The cluster that a destination names, reachable or not.
    public ClusterChoice choose(Destination destination) {
        return ClusterChoice.of(destination, known.stream().map(Known::secret).toList());
    }

    /// What is known of each, in the order of their servers.
    public List<ClusterInfo> all() {
        return known.stream()
                .map(Clusters::info)
                .sorted(Comparator.comparing(it -> it.cluster().server()))
                .toList();
    }

    private static ClusterInfo info(Known known) {
        var secret = known.secret;
        if (known.connection.isEmpty()) {
            return new ClusterInfo(
                    secret,
                    new ClusterState.Failed(secret.problem().orElse("")),
                    Optional.empty(),
                    "",
                    List.of(),
                    0,
                    0,
                    Map.of(),
                    Set.of(),
                    Optional.empty());
        }
        var connection = known.connection.get();
        var cluster = connection.cluster();
        return new ClusterInfo(
                secret,
                connection.state(),
                connection.attemptedAt(),
                cluster.types().serverVersion(),
                cluster.types().apiVersions(),
                cluster.cache().kinds(),
                cluster.cache().size(),
                cluster.cache().events(),
                cluster.cache().refused(),
                connection.listedAt());
    }

    /// Leaves out other kinds from now on, everywhere.
    public void filter(ResourceFilter now) {
        List<Known> all;
        synchronized (this) {
            if (now.equals(filter)) {
                return;
            }
            filter = now;
            all = known;
        }
        for (var one : all) {
            one.connection.ifPresent(it -> it.cluster().cache().exclude(excluded(one.secret, now)));
        }
        tell(all.stream().map(Known::secret).toList());
    }

    /// This becomes of kinds that may not be listed from now on, everywhere.
    public void respect(RespectRbac now) {
        everywhere(() -> respect = now, it -> it.respect(now));
    }

    /// Resources of all clusters name their Applications like this from now on.
    public void track(Tracking now) {
        everywhere(() -> tracking = now, it -> it.track(now));
    }

    /// @param note for those that are connected later
    /// @param tell those that are known
    private void everywhere(Runnable note, Consumer<ClusterCache> tell) {
        List<Known> all;
        synchronized (this) {
            note.run();
            all = known;
        }
        all.stream()
                .flatMap(it -> it.connection.stream())
                .forEach(it -> tell.accept(it.cluster().cache()));
    }

    private static BiPredicate<String, String> excluded(ClusterSecret secret, ResourceFilter by) {
        return (group, kind) -> by.excludes(group, kind, secret.server());
    }

    /// Takes in what a Secret says now. Only its own cluster's connection is made anew, and only if
    /// that is about something else than before.
    public void put(ClusterSecret secret) {
        change(secret.secret(), Optional.of(secret));
    }

    /// Takes in that a Secret is gone, or is about no cluster.
    public void remove(String secret) {
        change(secret, Optional.empty());
    }

    private void change(String name, Optional<ClusterSecret> now) {
        List<Known> gone;
        var concerned = new ArrayList<ClusterSecret>();
        synchronized (this) {
            var before = Optional.ofNullable(bySecret.get(name));
            if (before.map(Known::secret).equals(now)) {
                return;
            }
            before.ifPresent(it -> concerned.add(it.secret));
            now.ifPresent(concerned::add);
            now.ifPresentOrElse(
                    it -> bySecret.put(name, kept(before, it)), () -> bySecret.remove(name));
            var old = known;
            known = withOwn(bySecret.values(), old);
            var connections = known.stream().flatMap(it -> it.connection.stream()).toList();
            gone =
                    old.stream()
                            .filter(it -> it.connection.isPresent())
                            .filter(it -> !connections.contains(it.connection.get()))
                            .toList();
        }
        gone.forEach(this::close);
        tell(concerned);
    }

    /// The control plane's own cluster is known without a Secret, too.
    private List<Known> withOwn(Collection<Known> secrets, List<Known> old) {
        var all = new ArrayList<>(secrets);
        if (secrets.stream().noneMatch(it -> it.secret.isInCluster())) {
            all.add(
                    old.stream()
                            .filter(it -> it.secret.equals(ClusterSecret.IN_CLUSTER))
                            .findFirst()
                            .orElseGet(() -> connected(ClusterSecret.IN_CLUSTER)));
        }
        return List.copyOf(all);
    }

    private Known kept(Optional<Known> before, ClusterSecret now) {
        return before.filter(it -> it.secret.isReachedAs(now))
                .map(it -> new Known(now, it.connection))
                .orElseGet(() -> connected(now));
    }

    private Known connected(ClusterSecret secret) {
        if (secret.problem().isPresent()) {
            return new Known(secret, Optional.empty());
        }
        try {
            var api =
                    secret.isControlPlane()
                            ? new KubernetesApi(client)
                            : Connecting.open(secret, clouds);
            var cluster = Cluster.of(api, secret.scope());
            cluster.cache().exclude(excluded(secret, filter));
            cluster.cache().respect(respect);
            cluster.cache().track(tracking);
            cluster.cache().onChange(change -> liveListeners.forEach(it -> it.accept(change)));
            return new Known(
                    secret,
                    Optional.of(
                            new Connection(
                                    called(secret), cluster, () -> tellOf(secret.server()))));
        } catch (InvalidSpecException unusable) {
            return new Known(
                    secret.unusable(String.valueOf(unusable.getMessage())), Optional.empty());
        }
    }

    /// Calls back for every change of a resource that is tracked, in whichever cluster, on the
    /// thread that saw it. Must return quickly.
    public void onLive(Consumer<LiveChange> listener) {
        liveListeners.add(listener);
    }

    /// Calls back when clusters come, go, are connected or out of reach, with the destinations that
    /// this is about. Must return quickly.
    public void onChange(Consumer<Predicate<Destination>> listener) {
        listeners.add(listener);
    }

    private void tellOf(String server) {
        tell(known.stream().map(Known::secret).filter(it -> it.server().equals(server)).toList());
    }

    private void tell(List<ClusterSecret> concerned) {
        Predicate<Destination> about =
                destination -> concerned.stream().anyMatch(it -> it.isMeantBy(destination));
        listeners.forEach(it -> it.accept(about));
    }

    private void close(Known gone) {
        gone.connection.ifPresent(
                connection -> {
                    connection.close();
                    if (!gone.secret.isControlPlane()) {
                        connection.cluster().api().close();
                    }
                });
    }

    private static String called(ClusterSecret secret) {
        return secret.name().isEmpty() || secret.name().equals(secret.server())
                ? secret.server()
                : "%s (%s)".formatted(secret.name(), secret.server());
    }

    /// Before the connections that they watch by are closed.
    void stop(@Observes ShutdownEvent event) {
        known.forEach(this::close);
    }

    /// Ends the connection to the control plane.
    @PreDestroy
    public void close() {
        controlPlane.close();
    }

    private static Config kubernetesConfig(
            ClusterConfig config, Instance<DefaultCluster> defaultCluster) {
        if (config.kubeconfig().isPresent()) {
            return Config.fromKubeconfig(
                    config.context().orElse(null), config.kubeconfig().get().toFile());
        }
        if (System.getenv("KUBERNETES_SERVICE_HOST") != null) {
            return Config.autoConfigure(null);
        }
        if (!defaultCluster.isResolvable()) {
            throw new IllegalStateException("No cluster: set tiphys.cluster.kubeconfig");
        }
        return Config.fromKubeconfig(defaultCluster.get().kubeconfig());
    }
}
