package io.tiphys.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiphys.core.image.CommitWindow.Company;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CommitWindowTest {

    /// A push takes no time here, so that what is seen is the waiting alone.
    private long now = 1_000;

    private long lastCommit;

    /// How many one push asks for; 0 where each is of a push of its own.
    private int together;

    @Test
    void one_that_comes_alone_after_a_quiet_time_waits_for_nothing() {
        assertThat(commits(1_000)).containsExactly(1_000L);
        assertThat(commits(1_200)).containsExactly(1_200L);
    }

    @Test
    void one_that_comes_just_after_a_commit_waits_until_200_ms_after_it() {
        assertThat(commits(1_000, 1_050)).containsExactly(1_000L, 1_200L);
    }

    @Test
    void those_of_several_pushes_wait_20_ms_for_one_more() {
        assertThat(commits(1_000, 1_000)).containsExactly(1_020L);
        assertThat(commits(2_000, 2_000, 2_015, 2_034)).containsExactly(2_054L);
        assertThat(commits(3_000, 3_000, 3_021)).containsExactly(3_020L, 3_220L);
    }

    @Test
    void the_rest_of_a_push_is_waited_for() {
        together = 3;

        assertThat(commits(1_000, 1_001, 1_150)).containsExactly(1_150L);
    }

    @Test
    void a_rest_that_does_not_come_is_waited_for_no_longer_than_200_ms() {
        together = 3;

        assertThat(commits(1_000, 1_001, 1_250)).containsExactly(1_200L, 1_400L);
    }

    @Test
    void nobody_waits_longer_than_200_ms_however_many_more_come() {
        var everyTwoMillis = LongStream.range(0, 1_000).map(it -> 1_000 + 2 * it).toArray();

        assertThat(commits(everyTwoMillis))
                .containsExactly(
                        1_000L, 1_202L, 1_402L, 1_602L, 1_802L, 2_002L, 2_202L, 2_402L, 2_602L,
                        2_802L, 3_002L);
    }

    @Test
    void the_time_that_edits_took_is_not_waited_for_once_more() {
        var longAgo = Duration.ofMinutes(1);

        var left =
                CommitWindow.left(Duration.ZERO, longAgo, Duration.ofMillis(15), Company.SEVERAL);
        var none =
                CommitWindow.left(Duration.ZERO, longAgo, Duration.ofMillis(25), Company.SEVERAL);

        assertThat(left).isEqualTo(Duration.ofMillis(5));
        assertThat(none).isNegative();
    }

    @Test
    void edits_are_waited_for_as_long_as_one_after_the_other_comes() {
        var waited = Duration.ofSeconds(3);
        var longAgo = Duration.ofMinutes(1);

        var left = CommitWindow.left(waited, longAgo, Duration.ofMillis(15), Company.NEAR);
        var none = CommitWindow.left(Duration.ZERO, longAgo, Duration.ofMillis(201), Company.NEAR);

        assertThat(left).isEqualTo(Duration.ofMillis(185));
        assertThat(none).isNegative();
    }

    private Company company(int changes, int come) {
        if (together > 0) {
            return come < together ? Company.MISSED : Company.COMPLETE;
        }
        return changes > 1 ? Company.SEVERAL : Company.COMPLETE;
    }

    /// When commits are made of what comes at these times.
    private List<Long> commits(long... arrivals) {
        var commits = new ArrayList<Long>();
        int next = 0;
        while (next < arrivals.length) {
            now = Math.max(now, arrivals[next]);
            long began = now;
            int changes = 0;
            while (true) {
                while (next < arrivals.length && arrivals[next] <= now) {
                    changes++;
                    next++;
                }
                var left =
                        CommitWindow.left(
                                Duration.ofMillis(now - began),
                                Duration.ofMillis(now - lastCommit),
                                Duration.ofMillis(now - arrivals[next - 1]),
                                company(changes, next));
                long until = now + Math.max(0, left.toMillis());
                boolean comes = next < arrivals.length && arrivals[next] < until;
                now = comes ? arrivals[next] : until;
                if (!comes) {
                    break;
                }
            }
            lastCommit = now;
            commits.add(now);
        }
        return commits;
    }
}
