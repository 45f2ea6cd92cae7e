package io.tiphys.api;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tiphys.core.image.Candidate;
import io.tiphys.core.image.Consent;
import io.tiphys.core.image.ImageList;
import io.tiphys.core.image.ImageUpdates;
import io.tiphys.core.image.NamedTag;
import io.tiphys.core.image.RefusedEditException;
import io.tiphys.core.image.Retag;
import io.tiphys.core.image.Signer;
import io.tiphys.core.image.TagChoice;
import io.tiphys.core.image.TagChoice.Reason;
import io.tiphys.core.image.TakenBack;
import io.tiphys.core.image.TrackedImage;
import io.tiphys.core.image.UpdateStrategy;
import io.tiphys.core.image.Verdict;
import io.tiphys.core.image.Withheld;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.Json;
import io.tiphys.repo.Images;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.store.ApplicationStore;
import io.tiphys.store.ImageUpdaterSettings;
import io.tiphys.store.ImageUpdaters;
import io.tiphys.store.PullCredentials;
import io.tiphys.store.SignerKeys;
import io.tiphys.store.StoreConfig;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Shows which tags images would get and why they would not get the others, and changes nothing.
/// Registries are asked for it with the Applications' credentials, so that it answers this machine
/// alone while there is no authentication.
@Path("/api/v1/image-updates")
@Produces(MediaType.APPLICATION_JSON)
public class ImageUpdatesResource {

    private final ApplicationStore store;
    private final StoreConfig config;
    private final Images images;
    private final PullCredentials credentials;
    private final ImageUpdaters updaters;
    private final ImageUpdaterSettings settings;
    private final SignerKeys keys;
    private final InstantSource clock = InstantSource.system();

    /// What is to be shown.
    ///
    /// @param project whose credentials registries are asked with
    /// @param annotations that say what becomes of new tags
    private record Asked(
            String project,
            ImageList list,
            Map<String, String> annotations,
            List<String> problems) {}

    ImageUpdatesResource(
            ApplicationStore store,
            StoreConfig config,
            Images images,
            PullCredentials credentials,
            ImageUpdaters updaters,
            ImageUpdaterSettings settings,
            SignerKeys keys) {
        this.store = store;
        this.config = config;
        this.images = images;
        this.credentials = credentials;
        this.updaters = updaters;
        this.settings = settings;
        this.keys = keys;
    }

    /// By what an Application wants kept current, or by the annotations in the body.
    @POST
    @Path("preview")
    @Consumes(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public Map<String, Object> preview(
            @Nullable Map<String, Object> body, @Context HttpServerRequest request) {
        Neighbour.require(request, "what would be chosen is shown");
        var asked = asked(body == null ? Map.of() : body);
        var current = Json.strings(body, "current");
        var items = new ArrayList<Map<String, Object>>();
        var problems = new ArrayList<>(asked.problems());
        for (var image : asked.list().images()) {
            try {
                items.add(item(image, asked, current));
            } catch (ManifestFailure | RefusedEditException failure) {
                problems.add("%s: %s".formatted(image.spelled(), failure.getMessage()));
            }
        }
        return Map.of("items", items, "problems", problems);
    }

    private Asked asked(Map<String, Object> body) {
        var name = Json.string(body, "application");
        if (name.isEmpty()) {
            var annotations = Json.strings(body, "annotations");
            if (!annotations.containsKey(ImageList.IMAGE_LIST)) {
                throw Problem.INVALID_ARGUMENT.because(
                        "Give an application, or annotations with %s"
                                .formatted(ImageList.IMAGE_LIST));
            }
            var list = ImageList.parse(annotations, settings.registries().names());
            return new Asked(
                    Json.string(body, "project"),
                    list,
                    annotations,
                    list.problems().stream()
                            .map(it -> "%s: %s".formatted(it.entry(), it.message()))
                            .toList());
        }
        var namespace = Json.string(body, "appNamespace");
        var id = new ApplicationId(namespace.isEmpty() ? config.namespace() : namespace, name);
        Application application =
                store.application(id)
                        .orElseThrow(
                                () ->
                                        Problem.NOT_FOUND.because(
                                                "There is no Application %s that can be read"
                                                        .formatted(id)));
        return new Asked(
                application.project(),
                updaters.list(application),
                application.annotations(),
                ImageUpdates.problems(application, updaters.list(application)));
    }

    private Map<String, Object> item(
            TrackedImage image, Asked asked, Map<String, String> currents) {
        var repository = image.repository();
        var candidates = images.candidates(image, credentials.of(image, asked.project()));
        var named = Optional.ofNullable(currents.get(image.label()));
        var current =
                named.map(
                        tag ->
                                candidates.stream()
                                        .filter(it -> it.tag().equals(tag))
                                        .findFirst()
                                        .orElse(Candidate.of(tag)));
        var choice = TagChoice.of(image, current, candidates, clock.instant());
        var others = new ArrayList<Map<String, Object>>();
        choice.others().forEach((tag, reason) -> others.add(other(tag, reason, reason.text())));
        var chosen = choice.chosen();
        if (chosen.isPresent() && image.signer().isPresent()) {
            chosen =
                    switch (verdict(image, asked.project(), image.signer().get(), chosen.get())) {
                        case Verdict.Signed(var digest) ->
                                chosen.map(it -> it.withDigest(Optional.of(digest)));
                        case Verdict.Unsigned(var reason) -> {
                            others.add(other(chosen.get().tag(), Reason.NOT_SIGNED, reason));
                            yield Optional.empty();
                        }
                    };
        }
        var withheld = chosen.flatMap(it -> withheld(image, asked.annotations(), it));
        var item = new LinkedHashMap<String, Object>();
        item.put("alias", image.alias().orElse(""));
        item.put("image", repository);
        item.put("current", named.orElse(""));
        item.put("tag", chosen.map(Candidate::tag).orElse(""));
        item.put("digest", chosen.flatMap(Candidate::digest).orElse(""));
        withheld.ifPresent(
                it ->
                        item.put(
                                "withheld",
                                Map.of("reason", it.reason().name(), "message", it.message())));
        item.put("others", others);
        return item;
    }

    private static Map<String, Object> other(String tag, Reason reason, String message) {
        return Map.of("tag", tag, "reason", reason.name(), "message", message);
    }

    private Verdict verdict(
            TrackedImage image, String project, Signer signer, Candidate candidate) {
        try {
            return images.verdict(credentials.of(image, project), candidate, keys.of(signer));
        } catch (ManifestFailure | RefusedEditException failure) {
            return new Verdict.Unsigned(String.valueOf(failure.getMessage()));
        }
    }

    /// Why a chosen tag is not written. That it was taken back shows in Git alone, and here as it
    /// was found there last.
    private static Optional<Withheld> withheld(
            TrackedImage image, Map<String, String> annotations, Candidate chosen) {
        var retag =
                new Retag(
                        chosen.tag(),
                        chosen.digest(),
                        image.strategy() instanceof UpdateStrategy.Digest);
        var takenBack =
                Withheld.of(annotations).stream()
                        .filter(it -> it.image().equals(image.label()))
                        .filter(it -> it.reason() == Withheld.Reason.TAKEN_BACK)
                        .filter(it -> it.tag().equals(retag.suffix(false)))
                        .map(
                                it ->
                                        new TakenBack(
                                                NamedTag.parse(it.tag()),
                                                new TakenBack.By(it.commit(), "")))
                        .findFirst();
        return Consent.of(annotations, image).objection(image, retag, takenBack);
    }
}
