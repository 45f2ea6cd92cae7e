package io.tiphys.image;

import io.quarkus.runtime.StartupEvent;
import io.tiphys.channel.EventChannel;
import io.tiphys.channel.Shard;
import io.tiphys.channel.Trace;
import io.tiphys.core.event.ImageEvent;
import io.tiphys.core.event.WriteBack;
import io.tiphys.core.image.Consent;
import io.tiphys.core.image.Consent.Approval;
import io.tiphys.core.image.ImageUpdates;
import io.tiphys.core.image.NamedTag;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.model.Annotations;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Json;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ApplicationStore.Change;
import io.tiphys.store.ApplicationStore.Entry;
import io.tiphys.store.ImageUpdaters;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/// Asks for what people approve to be written, as soon as they do. The annotation stays until that
/// is done, so that it outlives a restart and passes on to another replica.
@Singleton
class Approvals {

    private static final Logger LOG = Logger.getLogger(Approvals.class);

    private static final String PROVIDER = "approval";

    private final ApplicationStore store;
    private final ImageUpdaters updaters;
    private final EventChannel channel;
    private final Shard shard;

    Approvals(ApplicationStore store, ImageUpdaters updaters, EventChannel channel, Shard shard) {
        this.store = store;
        this.updaters = updaters;
        this.channel = channel;
        this.shard = shard;
    }

    void start(@Observes StartupEvent event) {
        Thread.ofVirtual()
                .name("tiphys-approvals")
                .start(
                        () -> {
                            store.onChange(this::changed);
                            shard.onGained(this::ours);
                            ours(_ -> true);
                        });
    }

    /// Whether somebody approved what is to be written.
    static boolean isAsking(WriteBack request) {
        return request.cause().startsWith(PROVIDER + ":");
    }

    private void ours(Predicate<ApplicationId> applications) {
        store.applications().stream().filter(it -> applications.test(it.id())).forEach(this::ask);
    }

    /// Also when what stood against it may be gone.
    private void changed(Change change) {
        var before = annotations(change.before());
        var now = annotations(change.after());
        boolean isOther =
                !approved(now).equals(approved(before))
                        || !Consent.modes(now).equals(Consent.modes(before));
        if (!approved(now).isEmpty() && isOther) {
            store.application(change.id()).ifPresent(this::ask);
        }
    }

    private static Map<String, String> annotations(Optional<Entry> application) {
        return application
                .map(it -> Json.strings(it.tree(), "metadata", "annotations"))
                .orElse(Map.of());
    }

    private static String approved(Map<String, String> annotations) {
        return annotations.getOrDefault(Annotations.IMAGE_APPROVED, "");
    }

    private void ask(Application application) {
        if (!shard.has(application.id())) {
            return;
        }
        var list = updaters.list(application);
        for (var approval : Consent.approvals(application.annotations())) {
            list.images().stream()
                    .filter(it -> it.label().equals(approval.image()))
                    .flatMap(
                            it ->
                                    ImageUpdates.of(push(it, approval), application, list).stream()
                                            .filter(
                                                    request ->
                                                            request.alias()
                                                                    .equals(it.alias().orElse(""))))
                    .forEach(this::publish);
        }
    }

    private static ImageEvent.Pushed push(TrackedImage image, Approval approval) {
        var named = NamedTag.parse(approval.tag());
        return new ImageEvent.Pushed(
                "%s:%s:%s".formatted(PROVIDER, image.repository(), approval.tag()),
                image.repository(),
                named.tag().orElse(""),
                named.digest().orElse(""),
                "",
                "",
                PROVIDER);
    }

    private void publish(WriteBack request) {
        channel.publish(request, Trace.NONE)
                .whenComplete(
                        (_, failure) -> {
                            if (failure != null) {
                                LOG.warnf(
                                        "%s:%s is approved for %s and is not asked for: %s",
                                        request.image(),
                                        request.tag(),
                                        request.application(),
                                        failure.getMessage());
                            }
                        });
    }
}
