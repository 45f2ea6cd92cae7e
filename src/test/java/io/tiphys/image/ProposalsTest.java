package io.tiphys.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ChangeEvent;
import io.tiphys.core.image.CommitStyle;
import io.tiphys.core.image.FileEdit;
import io.tiphys.core.image.HostKind;
import io.tiphys.core.image.HostedRepository;
import io.tiphys.core.image.ImageList;
import io.tiphys.core.image.Retag;
import io.tiphys.core.image.WriteBackPlan;
import io.tiphys.core.image.WriteBackPlan.Commit;
import io.tiphys.core.image.WriteBackPlan.Proposal;
import io.tiphys.core.image.WriteBackPlan.Target;
import io.tiphys.core.model.Application;
import io.tiphys.core.model.CommitSigning;
import io.tiphys.core.model.GitCredential;
import io.tiphys.core.model.GitCredential.Login;
import io.tiphys.core.model.Hidden;
import io.tiphys.image.BranchCommits.Branch;
import io.tiphys.image.BranchCommits.Outcome;
import io.tiphys.image.BranchCommits.Proposing;
import io.tiphys.image.BranchCommits.Request;
import io.tiphys.image.Proposals.Tracking;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.identity.Identities;
import io.tiphys.repo.pull.PullRequestHosts;
import io.tiphys.store.crd.ApplicationReader;
import io.tiphys.support.AzurePod;
import io.tiphys.support.ScriptedApi;
import io.tiphys.support.ScriptedApi.Answer;
import io.tiphys.support.ScriptedApi.Asked;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// One branch and one request for all that is proposed by it, whichever Application wants it.
class ProposalsTest {

    private static final String HEAD = "image-updater-1";

    private final List<Map<String, Object>> requests = new ArrayList<>();
    private final ScriptedApi api = ScriptedApi.start(this::answer);
    private final MemoryProposals repository = new MemoryProposals();
    private final Map<String, Application> applications = new TreeMap<>();
    private final List<ChangeEvent> told = new ArrayList<>();
    private final CommitStyle style = CommitStyle.read(Map.of());

    private final BranchCommits commits =
            new BranchCommits(
                    (_, _) -> repository.repository(),
                    () -> style,
                    CommitSigning.Unsigned::new,
                    new Proposals(
                            (_, _) -> repository.repository(),
                            new PullRequestHosts(
                                    new Identities(AzurePod.NONE, InstantSource.system()),
                                    Duration.ofSeconds(20)),
                            () -> style,
                            CommitSigning.Unsigned::new,
                            this::tracking,
                            told::add),
                    new Companions(),
                    told::add);

    @AfterEach
    void stop() {
        api.close();
    }

    /// As GitHub.
    private Answer answer(Asked asked) {
        var body = asked.body();
        switch (asked.what().split(" ")[0]) {
            case "GET" -> {
                return Answer.json(200, requests.reversed());
            }
            case "POST" -> {
                var request = new HashMap<String, Object>();
                request.put("number", requests.size() + 1);
                request.put("state", "open");
                request.put("head", Map.of("ref", body.path("head").asText()));
                request.put("base", Map.of("ref", body.path("base").asText()));
                request.put("html_url", "https://h/" + (requests.size() + 1));
                request.put("title", body.path("title").asText());
                request.put("body", body.path("body").asText());
                requests.add(request);
            }
            default ->
                    body.properties()
                            .forEach(
                                    it ->
                                            requests.getLast()
                                                    .put(it.getKey(), it.getValue().asText()));
        }
        return Answer.json(201, requests.getLast());
    }

    @Test
    void what_was_proposed_of_others_stays_in() {
        // Given
        given("a", "1.0.0");
        given("b", "1.0.0");
        propose("a", "1.1.0");

        // When
        var outcome = propose("b", "2.0.0");

        // Then
        assertThat(repository.proposed())
                .containsEntry("a/values.yaml", tag("1.1.0"))
                .containsEntry("b/values.yaml", tag("2.0.0"));
        assertThat(outcome.changes())
                .containsExactly(
                        new CommitStyle.Change(
                                "argocd", "b", "registry.local/app", "app", "1.0.0", "2.0.0"));
        assertThat(outcome.note()).isEqualTo("updated https://h/1");
        assertThat(requests).hasSize(1);
        assertThat(requests.getFirst().get("title")).isEqualTo("build: automatic update of a, b");
    }

    @Test
    void a_newer_tag_takes_the_place_of_the_one_before_and_an_older_one_does_not() {
        given("a", "1.0.0");
        propose("a", "1.1.0");

        assertThat(propose("a", "1.2.0").changes())
                .containsExactly(
                        new CommitStyle.Change(
                                "argocd", "a", "registry.local/app", "app", "1.0.0", "1.2.0"));
        assertThat(propose("a", "1.1.5").changes()).isEmpty();
        assertThat(repository.proposed()).containsEntry("a/values.yaml", tag("1.2.0"));
        assertThat(repository.pushes).isEqualTo(2);
        assertThat(requests).hasSize(1);
    }

    @Test
    void what_the_base_says_otherwise_by_now_is_not_proposed_again() {
        given("a", "1.0.0");
        given("b", "1.0.0");
        propose("a", "1.1.0");
        repository.base.with("a/values.yaml", tag("3.0.0"));

        propose("b", "2.0.0");

        assertThat(repository.proposed())
                .doesNotContainKey("a/values.yaml")
                .containsEntry("b/values.yaml", tag("2.0.0"));
    }

    @Test
    void what_an_application_does_not_want_any_more_is_not_proposed_again() {
        given("a", "1.0.0");
        given("b", "1.0.0");
        propose("a", "1.1.0");
        applications.remove("a");

        propose("b", "2.0.0");

        assertThat(repository.proposed()).containsOnlyKeys("b/values.yaml");
    }

    @Test
    void what_the_base_has_by_now_is_closed_and_its_branch_deleted() {
        given("a", "1.0.0");
        propose("a", "1.1.0");
        repository.base.with("a/values.yaml", tag("1.1.0"));

        var outcome = propose("a", "1.1.0");

        assertThat(outcome.note())
                .isEqualTo("closed https://h/1, as nothing of it is left to be done");
        assertThat(requests.getFirst()).containsEntry("state", "closed");
        assertThat(repository.head).isEmpty();
    }

    @Test
    void what_becomes_of_a_request_is_told_of() {
        given("a", "1.0.0");
        propose("a", "1.1.0");
        propose("a", "1.2.0");
        propose("a", "1.2.0");
        repository.base.with("a/values.yaml", tag("1.2.0"));
        propose("a", "1.2.0");

        assertThat(told)
                .extracting(Object::getClass)
                .containsExactly(
                        ChangeEvent.Created.class,
                        ChangeEvent.Updated.class,
                        ChangeEvent.Abandoned.class);
        assertThat(told)
                .allSatisfy(it -> assertThat(it.subject().id()).isEqualTo("https://h/1"))
                .allSatisfy(it -> assertThat(it.repository()).isEqualTo("h/r"));
    }

    @Test
    void nothing_is_pushed_of_what_somebody_closed_though_its_branch_is_gone() {
        given("a", "1.0.0");
        propose("a", "1.1.0");
        requests.getFirst().put("state", "closed");
        repository.head = Optional.empty();

        assertThat(propose("a", "1.1.0").note()).startsWith("https://h/1 was closed");
        assertThat(repository.pushes).isEqualTo(1);
        assertThat(propose("a", "1.2.0").note()).isEqualTo("opened https://h/2");
    }

    @Test
    void what_cannot_be_edited_closes_nothing() {
        given("a", "1.0.0");
        propose("a", "1.1.0");
        repository.base.with("a/values.yaml", "image: {tag: [1]}\n");

        assertThatThrownBy(() -> propose("a", "1.2.0"))
                .hasMessage("a/values.yaml: 'image.tag' is not a single value");
        assertThat(requests.getFirst()).containsEntry("state", "open");
        assertThat(repository.head).isPresent();
    }

    @Test
    void a_host_that_lets_nobody_in_is_asked_before_anything_is_pushed() {
        given("a", "1.0.0");
        api.close();

        assertThatThrownBy(() -> propose("a", "1.1.0"))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("does not answer");
        assertThat(repository.pushes).isZero();
    }

    @Test
    void a_branch_that_an_application_follows_is_not_made_anew() {
        given("a", "1.0.0");
        applications.put("follower", application("follower", HEAD));

        assertThatThrownBy(() -> propose("a", "1.1.0"))
                .hasMessage(
                        "git-branch: image-updater-1 is followed by the Application"
                                + " argocd/follower, and a proposal needs a branch of its own");
        assertThat(api.asked()).isEmpty();
    }

    @Test
    void a_change_for_review_is_the_same_one_for_the_next_tag_and_another_once_it_is_in() {
        given("a", "1.0.0");

        var first = review("a", "1.1.0");
        var next = review("a", "1.2.0");
        repository.base.with("a/values.yaml", tag("1.2.0"));
        var after = review("a", "1.3.0");

        assertThat(first).matches("(?s).*\n\nChange-Id: I[0-9a-f]{40}\n");
        assertThat(id(next)).isEqualTo(id(first));
        assertThat(id(after)).isNotEqualTo(id(first));
        assertThat(api.asked()).isEmpty();
    }

    private static String id(String message) {
        return message.substring(message.indexOf("Change-Id"));
    }

    private void given(String name, String tag) {
        repository.base.with(name + "/values.yaml", tag(tag));
        applications.put(name, application(name, "main"));
    }

    private static String tag(String tag) {
        return "image: {tag: %s}\n".formatted(tag);
    }

    private Outcome propose(String name, String tag) {
        return commits.write(
                branch(HostKind.GITHUB),
                request(name, tag),
                PushedImages.asking(application(name, "main").id(), tag, 0));
    }

    private String review(String name, String tag) {
        commits.write(
                branch(HostKind.GERRIT),
                request(name, tag),
                PushedImages.asking(application(name, "main").id(), tag, 0));
        return repository.reviewed;
    }

    private Branch branch(HostKind kind) {
        var login = new Login.Bearer(new Hidden("t0ken"));
        return new Branch(
                "https://h/r",
                GitCredential.NONE,
                GitCredential.NONE,
                "main",
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Proposing(proposal(kind), GitCredential.NONE.as(login))));
    }

    private Proposal proposal(HostKind kind) {
        return new Proposal(
                new HostedRepository(kind, api.url(), "a/r", api.url()), HEAD, List.of(), false);
    }

    private Request request(String name, String tag) {
        var application = applications.get(name);
        FileEdit.Choice choice =
                named ->
                        named.tag().orElse("").compareTo(tag) < 0
                                ? Optional.of(new Retag(tag, Optional.empty()))
                                : Optional.empty();
        return new Request(application, list(application).images().getFirst(), file(name), choice);
    }

    private static Target file(String name) {
        return new Target.HelmValues(name + "/values.yaml");
    }

    private static ImageList list(Application application) {
        return ImageList.parse(application.annotations());
    }

    private List<Tracking> tracking() {
        return applications.values().stream()
                .map(it -> new Tracking(it, plan(it.id().name()), list(it).images()))
                .toList();
    }

    private WriteBackPlan plan(String name) {
        return new Commit(
                "https://h/r.git",
                "main",
                Optional.empty(),
                file(name),
                Optional.empty(),
                Optional.of(proposal(HostKind.GITHUB)));
    }

    private static Application application(String name, String revision) {
        return ApplicationReader.read(
                Map.of(
                        "metadata",
                        Map.of(
                                "namespace",
                                "argocd",
                                "name",
                                name,
                                "annotations",
                                Map.of(ImageList.IMAGE_LIST, "app=registry.local/app")),
                        "spec",
                        Map.of(
                                "source",
                                Map.of(
                                        "repoURL",
                                        "https://h/r",
                                        "path",
                                        name,
                                        "targetRevision",
                                        revision),
                                "destination",
                                Map.of("server", "https://kubernetes.default.svc"))));
    }
}
