package io.tiphys.dev.sandbox.traffic;

import io.tiphys.dev.sandbox.storage.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What a real cluster does on a bad day, done when a test asks for it. Verbs and resources are
/// those of the audit, such as `apply` and `deployments.apps`, and `*` is any; the audit counts
/// each fault as `list configmaps 503`, `list configmaps delayed` or `watch configmaps broken`.
public final class Faults {

    /// An open watch, as far as it can be ended from outside.
    public interface OpenWatch {

        String resource();

        /// Cuts its connection, without a word.
        void cut();

        /// Ends it with 410 Gone.
        void expire();
    }

    /// What happens to one request.
    ///
    /// @param code 0 where it is only late
    public record Fault(int code, Duration delay, Duration retryAfter) {}

    private static final class Planned {

        private final String verb;
        private final String resource;
        private final Fault fault;
        private int left;

        private Planned(int left, String verb, String resource, Fault fault) {
            this.left = left;
            this.verb = verb;
            this.resource = resource;
            this.fault = fault;
        }

        private boolean meets(String askedVerb, String askedResource) {
            return (verb.equals("*") || verb.equals(askedVerb))
                    && (resource.equals("*") || resource.equals(askedResource));
        }
    }

    private final Store store;
    private final Audit audit;
    private final List<Planned> planned = new ArrayList<>();
    private final Set<OpenWatch> watches = ConcurrentHashMap.newKeySet();

    public Faults(Store store, Audit audit) {
        this.store = store;
        this.audit = audit;
    }

    /// Answers the next requests 429, and says when to come back.
    public void tooManyRequests(int times, String verb, String resource, Duration retryAfter) {
        plan(times, verb, resource, new Fault(429, Duration.ZERO, retryAfter));
    }

    /// Answers the next requests with an error, such as 500 or 503.
    public void fail(int times, String verb, String resource, int code) {
        plan(times, verb, resource, new Fault(code, Duration.ZERO, Duration.ZERO));
    }

    /// Answers the next requests as ever, but late.
    public void delay(int times, String verb, String resource, Duration delay) {
        plan(times, verb, resource, new Fault(0, delay, Duration.ZERO));
    }

    private void plan(int times, String verb, String resource, Fault fault) {
        synchronized (planned) {
            planned.add(new Planned(times, verb, resource, fault));
        }
    }

    /// What is to happen to a request; null if nothing is.
    public @Nullable Fault next(String verb, String resource) {
        synchronized (planned) {
            for (Iterator<Planned> plans = planned.iterator(); plans.hasNext(); ) {
                var plan = plans.next();
                if (plan.meets(verb, resource)) {
                    plan.left--;
                    if (plan.left <= 0) {
                        plans.remove();
                    }
                    if (plan.fault.code() == 0) {
                        audit.count(verb, resource + " delayed");
                    } else {
                        audit.refuse(verb, resource, plan.fault.code());
                    }
                    return plan.fault;
                }
            }
            return null;
        }
    }

    /// Forgets what was planned and has not happened yet.
    public void clear() {
        synchronized (planned) {
            planned.clear();
        }
    }

    /// Cuts the connections of all open watches.
    public void breakWatches() {
        for (var watch : watches) {
            audit.count("watch", watch.resource() + " broken");
            watch.cut();
        }
    }

    /// Forgets all changes so far, as etcd does when it compacts, and ends all open watches with
    /// 410: whoever watched must list again.
    public void expireWatches() {
        store.forgetHistory();
        for (var watch : watches) {
            audit.count("watch", watch.resource() + " 410");
            watch.expire();
        }
    }

    public void opened(OpenWatch watch) {
        watches.add(watch);
    }

    public void closed(OpenWatch watch) {
        watches.remove(watch);
    }
}
