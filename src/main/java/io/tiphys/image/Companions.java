package io.tiphys.image;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tiphys.core.event.WriteBack;
import io.tiphys.core.image.CommitWindow.Company;
import io.tiphys.core.model.ApplicationId;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Knows which of the write-backs that one push asks of a branch have come to where they are
/// committed, or have ended without.
@Singleton
class Companions {

    /// Of all pushes.
    private static final int MOST = 100_000;

    private static final Duration REMEMBERED = Duration.ofMinutes(1);

    private final Cache<Push, Set<Member>> come =
            Caffeine.newBuilder()
                    .maximumWeight(MOST)
                    .weigher((Push push, Set<Member> _) -> push.together)
                    .expireAfterWrite(REMEMBERED)
                    .build();

    /// @param together how many it asks of the branch; 0 if that is not known
    record Push(String cause, String branch, int together) {

        static Push of(WriteBack request) {
            return new Push(request.cause(), request.branchKey(), request.together());
        }
    }

    /// One of those that a push asks for.
    private record Member(ApplicationId application, String alias) {}

    void came(WriteBack request) {
        if (request.together() > 1) {
            come.get(Push.of(request), _ -> ConcurrentHashMap.newKeySet())
                    .add(new Member(request.application(), request.alias()));
        }
    }

    /// What is known of others that may come where some have.
    ///
    /// @param pushes that these are asked for by
    /// @param here how many they are
    Company company(Set<Push> pushes, int here) {
        if (pushes.stream().anyMatch(this::lacks)) {
            return Company.MISSED;
        }
        boolean uncounted = pushes.stream().anyMatch(it -> it.together == 0);
        return pushes.size() > 1 || (uncounted && here > 1) ? Company.SEVERAL : Company.COMPLETE;
    }

    private boolean lacks(Push push) {
        var members = come.getIfPresent(push);
        return push.together > 1 && (members == null || members.size() < push.together);
    }
}
