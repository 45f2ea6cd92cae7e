package io.tiphys.core.event;

import io.tiphys.core.model.ApplicationId;
import java.util.List;

/// What an Application is asked to do next. Keyed by Application, so one at a time.
public sealed interface ApplicationCommand {

    ApplicationId application();

    /// Compare with Git and the cluster, then sync if the policy or a pending operation says so.
    ///
    /// @param hard render anew, whatever the caches hold
    /// @param fetch how new the view of Git must be
    /// @param cause id of the event behind it, to follow one push through; empty for the sweep
    record Refresh(ApplicationId application, boolean hard, FetchDemand fetch, String cause)
            implements ApplicationCommand {

        /// One command that does the work of both.
        public Refresh and(Refresh other) {
            return new Refresh(
                    application,
                    hard || other.hard,
                    fetch.and(other.fetch),
                    other.cause.isEmpty() ? cause : other.cause);
        }

        /// The same with another view of Git.
        public Refresh with(FetchDemand other) {
            return new Refresh(application, hard, other, cause);
        }
    }

    /// How new the view of a Git repository must be.
    ///
    /// @param pushes pushes that the view must include
    /// @param maxAgeSeconds accept a view fetched at most so long ago; negative means any age
    record FetchDemand(List<Push> pushes, long maxAgeSeconds) {

        /// More pushes than this are answered by one look at the newest state.
        private static final int MAX_PUSHES = 32;

        public static final FetchDemand ANY = new FetchDemand(List.of(), -1);
        public static final FetchDemand NEWEST = new FetchDemand(List.of(), 0);

        /// @param repository canonical URL of the one that was pushed to
        public static FetchDemand including(String repository, String event, String commit) {
            return new FetchDemand(List.of(new Push(repository, event, commit)), -1);
        }

        /// What of it concerns a repository.
        ///
        /// @param repository canonical URL
        public FetchDemand of(String repository) {
            return pushes.isEmpty()
                    ? this
                    : new FetchDemand(
                            pushes.stream()
                                    .filter(it -> it.repository().equals(repository))
                                    .toList(),
                            maxAgeSeconds);
        }

        public FetchDemand and(FetchDemand other) {
            long age =
                    maxAgeSeconds < 0
                            ? other.maxAgeSeconds
                            : other.maxAgeSeconds < 0
                                    ? maxAgeSeconds
                                    : Math.min(maxAgeSeconds, other.maxAgeSeconds);
            if (age == 0 || pushes.size() + other.pushes.size() > MAX_PUSHES) {
                return NEWEST;
            }
            var both = new java.util.LinkedHashSet<>(pushes);
            both.addAll(other.pushes);
            return new FetchDemand(List.copyOf(both), age);
        }
    }

    /// A push that somebody reported.
    ///
    /// @param repository canonical URL, or canonical name in a registry
    /// @param event the event's id; the commit, if the service itself pushed it
    /// @param commit that the ref moved to; the tag in a registry
    record Push(String repository, String event, String commit) {}
}
