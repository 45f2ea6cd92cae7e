package io.tiphys.bench;

import io.tiphys.bench.Deliveries.Payload;
import io.tiphys.support.GitHost;
import io.tiphys.support.Monorepo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// B11, the part of taking deliveries: what becomes of those that were acknowledged when the
/// service or its broker is killed or stopped under load, and how long it takes until work goes on.
///
/// Broker and cluster are processes of their own. Most deliveries are of repositories that nobody
/// uses; a few are of one repository each of some Applications, and show, by the command that
/// follows and by the fetch that follows that, that work goes on.
final class Crash {

    private static final int PROBES = 24;
    private static final int PROBES_EACH = 2;
    private static final int PAYLOADS = 2000;
    private static final int REPOSITORIES = 50;
    private static final int TARGET_TAKEOVER = 3;

    /// Less than brokers allow unless told, as `kafka/README.md` says for those who want to miss a
    /// replica sooner.
    private static final String SESSION = "-Dtiphys.kafka.session-timeout=2s";

    private static final int TARGET_AFTER_BROKER = 2;
    private static final Duration BEFORE = Duration.ofSeconds(4);
    private static final Duration AFTER = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /// What was read from a socket's buffer after its sender was killed proves nothing.
    private static final Duration IN_FLIGHT = Duration.ofMillis(50);

    private final Options options;
    private final BitSet acked = new BitSet();
    private final List<Fault> faults = new ArrayList<>();
    private int next;

    Crash(Options options) {
        this.options = options;
    }

    /// One fault under load, in seconds.
    ///
    /// @param took from its begin to its end; what follows counts from the one or the other
    /// @param acknowledged until a delivery was taken again
    /// @param handled until a command followed from one
    /// @param allHandled until work went on for every probe
    private record Fault(
            String what,
            double took,
            double acknowledged,
            double handled,
            double allHandled,
            Sender.Outcome sent) {}

    private record Bench(
            Service service,
            Service replica,
            BrokerSlot kafka,
            Broker broker,
            CommandLog commands,
            GitHost host,
            List<Payload> payloads) {}

    /// Where a broker runs, is killed and runs again.
    private static final class BrokerSlot implements AutoCloseable {

        private final Path directory;
        private final int port;
        private JavaProcess process;

        BrokerSlot(Path directory) throws IOException {
            this.directory = directory;
            port = Service.freePort();
            process = launch();
        }

        private JavaProcess launch() throws IOException {
            var launched =
                    JavaProcess.start(
                            BrokerServer.class, "512m", directory.toString(), String.valueOf(port));
            launched.line();
            return launched;
        }

        String address() {
            return "127.0.0.1:" + port;
        }

        void kill() {
            process.kill();
        }

        /// Returns when it answers.
        void restart() throws IOException {
            process = launch();
        }

        @Override
        public void close() {
            process.close();
        }
    }

    Map<String, Object> run() throws IOException {
        System.out.printf(
                "%nB11 Crash: %d deliveries/s, of which %.1f %% are pushes to %d repositories in"
                        + " use; flags of the service: %s%n%n",
                options.load(),
                100.0 * PROBES * PROBES_EACH / PAYLOADS,
                PROBES,
                String.join(" ", Service.FLAGS) + " " + SESSION);
        var folder = Files.createTempDirectory("tiphys-bench-crash-");
        try (var cluster = JavaProcess.start(SandboxServer.class, "512m");
                var kafka = new BrokerSlot(folder.resolve("kafka"))) {
            cluster.line();
            cluster.line();
            var kubeconfig = SandboxServer.kubeconfig(folder, cluster.line());
            var flags =
                    new String[] {
                        "-Dtiphys.application.sweep=24h",
                        SESSION,
                        "-Dtiphys.kafka.bootstrap-servers=" + kafka.address(),
                        "-Dtiphys.dev.kubeconfig=" + kubeconfig
                    };
            try (var service = Service.start(flags);
                    var broker = new Broker(kafka.address());
                    var commands = new CommandLog(kafka.address());
                    var host = GitHost.start(folder)) {
                var payloads = prepare(service, host, folder);
                faults(service, flags, kafka, broker, commands, host, payloads);
                return report(broker);
            }
        } finally {
            Service.delete(folder);
        }
    }

    private void faults(
            Service service,
            String[] flags,
            BrokerSlot kafka,
            Broker broker,
            CommandLog commands,
            GitHost host,
            List<Payload> payloads)
            throws IOException {
        System.out.println(
                "fault                            it took   acknowledged   handled   all handled"
                        + "   acked  hang-ups  slowest s  refused");
        var alone = new Bench(service, service, kafka, broker, commands, host, payloads);
        for (int i = 1; i <= options.kills(); i++) {
            fault(
                    "service killed, started, " + i,
                    alone,
                    service::kill,
                    service::restart,
                    Moment.BEGIN);
        }
        fault("broker killed, started", alone, kafka::kill, kafka::restart, Moment.END);
        for (int seconds : options.away()) {
            fault(
                    "broker stopped for " + seconds + " s",
                    alone,
                    () -> {
                        kafka.process.freeze();
                        Patience.pause(Duration.ofSeconds(seconds));
                    },
                    () -> kafka.process.goOn(),
                    Moment.END);
        }
        try (var replica = Service.start(flags)) {
            var two = new Bench(service, replica, kafka, broker, commands, host, payloads);
            fault("one of two replicas killed", two, replica::kill, () -> {}, Moment.BEGIN);
        }
    }

    private interface Deed {
        void run() throws IOException;
    }

    /// From when the seconds count.
    private enum Moment {
        BEGIN,
        END
    }

    /// @param strike begins it
    /// @param heal ends it
    private void fault(String what, Bench bench, Deed strike, Deed heal, Moment from)
            throws IOException {
        var targets = List.of(bench.service.webhook(), bench.replica.webhook());
        try (var sender = new Sender(targets, bench.payloads, options.load(), next)) {
            Patience.pause(BEFORE);
            long began = System.nanoTime();
            strike.run();
            if (from == Moment.BEGIN) {
                Patience.pause(IN_FLIGHT);
                sender.mark();
                bench.commands.mark();
            }
            heal.run();
            long ended = System.nanoTime();
            if (from == Moment.END) {
                sender.mark();
                bench.commands.mark();
            }
            long zero = from == Moment.BEGIN ? began : ended;
            Patience.until(PATIENCE, "a delivery is acknowledged", () -> sender.firstAck() != 0);
            Patience.until(PATIENCE, "a command follows", () -> bench.commands.first() != 0);
            Patience.until(
                    PATIENCE,
                    "work goes on for every probe",
                    () ->
                            IntStream.range(0, PROBES)
                                    .allMatch(
                                            it ->
                                                    bench.host.lastConnect(name(it)).orElse(0)
                                                            > zero));
            long all = System.nanoTime();
            Patience.pause(AFTER);
            sender.stop();
            acked.or(sender.acked());
            next = sender.next();
            print(
                    new Fault(
                            what,
                            (ended - began) / 1e9,
                            (sender.firstAck() - zero) / 1e9,
                            (bench.commands.first() - zero) / 1e9,
                            (all - zero) / 1e9,
                            sender.outcome()));
        }
        bench.broker.awaitHandled();
    }

    private void print(Fault fault) {
        faults.add(fault);
        System.out.printf(
                "%-30s %11.1f %13.1f %9.1f %13.1f %7d %9d %10.1f  %s%n",
                fault.what,
                fault.took,
                fault.acknowledged,
                fault.handled,
                fault.allHandled,
                fault.sent.acked(),
                fault.sent.hangUps(),
                fault.sent.slowestMillis() / 1e3,
                fault.sent.refused());
    }

    private static String name(int probe) {
        return "probe-" + probe + ".git";
    }

    /// The probes, each an Application of a repository of its own, and what is sent: each probe's
    /// pushes differ, for one that says what was said last is a repetition.
    private static List<Payload> prepare(Service service, GitHost host, Path folder)
            throws IOException {
        var template = folder.resolve("template");
        Monorepo.create(template, 1);
        try (var cluster = service.cluster()) {
            for (var sample : List.of("guestbook", "orders")) {
                cluster.delete(Cluster.APPLICATIONS + "/" + sample);
            }
            for (int i = 0; i < PROBES; i++) {
                Samples.copy(template, folder.resolve(name(i)));
            }
            new Registered(
                            cluster,
                            n ->
                                    Samples.application(
                                            "probe-" + n,
                                            host.address(name(n)),
                                            Monorepo.folder(0),
                                            "/",
                                            false))
                    .grow(PROBES);
            var deliveries = new Deliveries(cluster.webhookSecret("webhook.github.secret"));
            var payloads = new ArrayList<>(deliveries.payloads(PAYLOADS, REPOSITORIES));
            int apart = PAYLOADS / (PROBES * PROBES_EACH);
            for (int i = 0; i < PROBES * PROBES_EACH; i++) {
                payloads.set(i * apart, deliveries.push(host.address(name(i % PROBES))));
            }
            return payloads;
        }
    }

    private Map<String, Object> report(Broker broker) {
        var lost = (BitSet) acked.clone();
        var found = broker.consume(Map.of());
        lost.andNot(found.found());
        var verdicts = new Verdicts();
        verdicts.add(
                "%d of %d acknowledged deliveries lost = 0 (%d records more than deliveries)"
                        .formatted(lost.cardinality(), acked.cardinality(), found.duplicates()),
                lost.isEmpty());
        verdicts.add(
                "refused with 503 and Retry-After only",
                faults.stream()
                        .allMatch(
                                it ->
                                        it.sent.withoutRetryAfter() == 0
                                                && List.of(503)
                                                        .containsAll(it.sent.refused().keySet())));
        verdicts.add(
                "answered within the 10 s that senders wait",
                faults.stream().allMatch(it -> it.sent.slowestMillis() < 10_000));
        for (var fault : faults) {
            if (fault.what.startsWith("broker")) {
                double after = Math.max(fault.acknowledged, fault.handled);
                verdicts.add(
                        "%s: taken and handled %.1f s after its return <= %d"
                                .formatted(fault.what, after, TARGET_AFTER_BROKER),
                        after <= TARGET_AFTER_BROKER);
            }
            if (fault.what.startsWith("one of")) {
                verdicts.add(
                        "%s: the other has all its work after %.1f s <= %d"
                                .formatted(fault.what, fault.allHandled, TARGET_TAKEOVER),
                        fault.allHandled <= TARGET_TAKEOVER);
            }
        }
        var result = new LinkedHashMap<String, Object>();
        result.put("lost", lost.cardinality());
        result.put("acked", acked.cardinality());
        result.put("faults", faults);
        result.put("verdicts", verdicts.printed());
        return result;
    }
}
