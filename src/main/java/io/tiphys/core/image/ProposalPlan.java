package io.tiphys.core.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tiphys.core.image.HostedRepository.InvalidHostException;
import io.tiphys.core.image.WriteBackPlan.Commit;
import io.tiphys.core.image.WriteBackPlan.Impossible;
import io.tiphys.core.image.WriteBackPlan.Proposal;
import io.tiphys.core.model.ApplicationId;
import io.tiphys.core.model.RepositoryUrl;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/// How a change of Git's files becomes a proposal of the same.
final class ProposalPlan {

    /// All that goes into one file or folder of a branch is one request.
    private static final String USUAL_HEAD = "image-updater-{{ .TargetKey }}";

    /// What stands for a field that there is not.
    private static final String NOTHING = "<no value>";

    private static final int LONGEST_HEAD = 255;

    private ProposalPlan() {}

    static WriteBackPlan of(
            ApplicationId application, Commit commit, PullRequestSettings settings) {
        if (!settings.unknown().isEmpty()) {
            return new Impossible(
                    "there is no kind of host '%s' for pull requests; say true if its name tells, or one of %s"
                            .formatted(settings.unknown(), HostKind.names()));
        }
        try {
            var repository = HostedRepository.of(commit.repoUrl(), settings.kind(), settings.api());
            var kind = repository.kind();
            if (!settings.labels().isEmpty() && !kind.hasLabels()) {
                return new Impossible("requests have no labels at " + kind.text());
            }
            if (settings.merges() && !kind.merges()) {
                return new Impossible("no request is merged by itself at " + kind.text());
            }
            var head = head(application, commit);
            if (head.equals(commit.branch())) {
                return new Impossible(
                        "a proposal needs a branch of its own, and %s is the one that it is for"
                                .formatted(head));
            }
            return new Commit(
                    commit.repoUrl(),
                    commit.branch(),
                    Optional.empty(),
                    commit.target(),
                    commit.secret(),
                    Optional.of(
                            new Proposal(repository, head, settings.labels(), settings.merges())));
        } catch (InvalidHostException invalid) {
            return new Impossible("nothing can be proposed: " + invalid.getMessage());
        } catch (InvalidTemplateException invalid) {
            return new Impossible("git-branch: " + invalid.getMessage());
        }
    }

    /// A name that stays the same from one tag to the next.
    private static String head(ApplicationId application, Commit commit) {
        var head =
                GoTemplate.parse(commit.pushed().orElse(USUAL_HEAD))
                        .render(
                                Map.of(
                                        "AppName",
                                        application.name(),
                                        "AppNamespace",
                                        application.namespace(),
                                        "TargetKey",
                                        targetKey(commit)))
                        .strip();
        if (head.contains(NOTHING)) {
            throw new InvalidTemplateException(
                    "the branch of a proposal is named by AppName, AppNamespace and TargetKey"
                            + " alone, as it is the same for the next tag");
        }
        return head.substring(0, Math.min(head.length(), LONGEST_HEAD));
    }

    private static String targetKey(Commit commit) {
        var sum = new CRC32();
        sum.update(
                "%s|%s|%s"
                        .formatted(
                                RepositoryUrl.canonical(commit.repoUrl()),
                                commit.branch(),
                                commit.target())
                        .getBytes(UTF_8));
        return "%08x".formatted(sum.getValue());
    }
}
