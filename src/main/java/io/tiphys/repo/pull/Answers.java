package io.tiphys.repo.pull;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiphys.core.image.PullRequest;
import io.tiphys.core.image.PullRequest.State;
import java.net.URLEncoder;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// What hosts' answers and questions have in common.
final class Answers {

    private Answers() {}

    static Stream<JsonNode> each(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    /// The names of labels that are objects.
    static Set<String> names(JsonNode labels) {
        return each(labels).map(it -> it.path("name").asText()).collect(Collectors.toSet());
    }

    /// @param open as the host calls it
    /// @param merged what it calls those that were merged
    static State state(String state, String open, List<String> merged) {
        if (state.equalsIgnoreCase(open)) {
            return State.OPEN;
        }
        return merged.stream().anyMatch(state::equalsIgnoreCase) ? State.MERGED : State.CLOSED;
    }

    /// A request as both kinds of Bitbucket tell of it, which know neither labels nor one that is
    /// merged by itself.
    ///
    /// @param base short name of the branch that it is to be merged into
    /// @param web where people look at it
    static PullRequest ofBitbucket(JsonNode json, String base, String web) {
        return new PullRequest(
                json.path("id").asText(),
                state(json.path("state").asText(), "OPEN", List.of("MERGED")),
                base,
                json.path("title").asText(),
                json.path("description").asText(""),
                Set.of(),
                false,
                web);
    }

    /// For a part of a path, or a value in a query.
    static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    /// A path of several parts.
    static String encodedPath(String path) {
        return Stream.of(path.split("/", -1))
                .map(Answers::encoded)
                .collect(Collectors.joining("/"));
    }
}
