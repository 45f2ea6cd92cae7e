package io.tiphys.repo.plugin;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.tiphys.repo.ManifestFailure;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The plugins whose servers listen in the folder of sockets (`tiphys.repo.plugins.directory`), and
/// no others. Where there is no such folder, nothing is started and nothing asked.
///
/// Of each plugin only some calls run at the same time: one that hangs keeps nobody waiting but
/// those who need it.
@Singleton
public class Plugins {

    private static final String ENDING = ".sock";

    /// For a question that no plugin has to think about.
    private static final Duration AT_ONCE = Duration.ofSeconds(10);

    private final Path folder;
    private final Duration time;
    private final int maxAnswer;
    private final int turns;

    private final Map<String, Semaphore> turnsByName = new ConcurrentHashMap<>();

    /// How a plugin is set up, by its name and only as long as its server runs.
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /// Made when the first plugin is asked.
    private @Nullable EventLoopGroup threads;

    private record Known(Plugin plugin, Set<Integer> flags) {}

    public Plugins(PluginConfig config) {
        folder = config.directory().toAbsolutePath();
        time = config.time();
        maxAnswer = (int) Math.min(config.output().asLongValue(), Integer.MAX_VALUE);
        turns = config.atOnce().orElse(Runtime.getRuntime().availableProcessors());
    }

    /// In the order of their names.
    public List<Plugin> installed() {
        // Null where there is no folder.
        var names = folder.toFile().list();
        return names == null
                ? List.of()
                : Arrays.stream(names)
                        .filter(it -> it.endsWith(ENDING))
                        .sorted()
                        .map(it -> it.substring(0, it.length() - ENDING.length()))
                        .flatMap(it -> find(it).stream())
                        .toList();
    }

    /// @param name `<name>`, or `<name>-<version>` for one that has a version
    /// @throws ManifestFailure if there is none
    public Plugin named(String name) {
        return find(name)
                .orElseThrow(
                        () -> {
                            var names = installed().stream().map(Plugin::name).toList();
                            // It may be about to start.
                            return new ManifestFailure(
                                    "spec.source.plugin.name: of the plugins that are installed none is %s: %s"
                                            .formatted(name, names),
                                    true);
                        });
    }

    private Optional<Plugin> find(String name) {
        try {
            var socket = folder.resolve(name + ENDING);
            // No name leads out of the folder, and a link is no socket.
            if (!folder.equals(socket.getParent())
                    || !socket.getFileName().toString().equals(name + ENDING)) {
                return Optional.empty();
            }
            var attributes =
                    Files.readAttributes(socket, BasicFileAttributes.class, NOFOLLOW_LINKS);
            return attributes.isOther()
                    ? Optional.of(new Plugin(name, socket, identity(attributes)))
                    : Optional.empty();
        } catch (IOException | InvalidPathException none) {
            return Optional.empty();
        }
    }

    private static String identity(BasicFileAttributes socket) {
        return "%s %s".formatted(socket.fileKey(), socket.lastModifiedTime());
    }

    /// Those of the installed plugins that have rules by which they tell which files are for them.
    /// Each is asked once after its server's start.
    ///
    /// @throws ManifestFailure if one cannot be asked: it may be the one
    public List<Plugin> discovering() {
        return installed().stream().filter(this::discovers).toList();
    }

    private boolean discovers(Plugin plugin) {
        return flags(plugin).contains(PluginProtocol.DISCOVERS);
    }

    /// Whether a plugin's own file says that it is to be lent the repository's credential.
    ///
    /// @throws ManifestFailure if it cannot be asked
    public boolean borrows(Plugin plugin) {
        return flags(plugin).contains(PluginProtocol.BORROWS);
    }

    private Set<Integer> flags(Plugin plugin) {
        var earlier = known.get(plugin.name());
        if (earlier != null && earlier.plugin().equals(plugin)) {
            return earlier.flags();
        }
        var flags = talk(plugin, AT_ONCE, Conversation::configuration);
        known.put(plugin.name(), new Known(plugin, flags));
        return flags;
    }

    /// Whether files are for a plugin, by its own rules.
    ///
    /// @throws ManifestFailure if it does not say so
    public boolean matches(Plugin plugin, Parcel parcel) {
        return talk(plugin, time, it -> it.matches(parcel, false));
    }

    /// The manifests that a plugin makes of files, as texts of YAML or JSON.
    ///
    /// @param named whether its author chose it: one that has rules must find its files, then
    /// @throws ManifestFailure with what the plugin said of it, if it failed
    public List<String> generate(Plugin plugin, Parcel parcel, boolean named) {
        boolean asks = named && discovers(plugin);
        return talk(
                plugin,
                time,
                it -> {
                    if (asks && !it.matches(parcel, true)) {
                        throw new ManifestFailure(
                                "The plugin %s is not for these files, by its own rules of discovery"
                                        .formatted(plugin.name()));
                    }
                    return it.generate(parcel);
                });
    }

    private <T> T talk(Plugin plugin, Duration time, Function<Conversation, T> talk) {
        var mine = turnsByName.computeIfAbsent(plugin.name(), _ -> new Semaphore(turns, true));
        try {
            mine.acquire();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ManifestFailure(
                    "The plugin %s was interrupted".formatted(plugin.name()), true);
        }
        try (var conversation = new Conversation(plugin, threads(), time, maxAnswer)) {
            return talk.apply(conversation);
        } finally {
            mine.release();
        }
    }

    private synchronized EventLoopGroup threads() {
        if (threads == null) {
            threads = new NioEventLoopGroup(1, new DefaultThreadFactory("plugins", true));
        }
        return threads;
    }

    @PreDestroy
    public synchronized void close() {
        if (threads != null) {
            var _ = threads.shutdownGracefully(0, 0, SECONDS);
        }
    }
}
