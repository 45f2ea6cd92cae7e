package io.tiphys.repo.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.host.ProxyChoice;
import io.tiphys.support.CountingGitHost;
import io.tiphys.support.Credential;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyChoiceTest extends AgainstGitHost {

    @Test
    void a_proxy_is_asked_except_for_hosts_that_need_none() {
        try (var proxy = CountingGitHost.of(host.cloneUrl())) {
            var address = proxy.url().replaceFirst("(//[^/]*)/.*", "$1");

            assertThatThrownBy(
                            () ->
                                    mirrors.of(
                                                    "http://git.invalid/sample",
                                                    Credential.of(
                                                            "http://git.invalid/sample",
                                                            Map.of(
                                                                    "proxy",
                                                                    address,
                                                                    "noProxy",
                                                                    "other.invalid, .git.invalid")))
                                            .resolve("main", FetchDemand.ANY))
                    .isInstanceOfSatisfying(
                            ManifestFailure.class, it -> assertThat(it.passing()).isTrue())
                    .hasMessageContaining("its host git.invalid is not known");
            assertThat(proxy.exchanges()).isZero();

            assertThatThrownBy(
                            () ->
                                    mirrors.of(
                                                    "http://git.invalid/sample",
                                                    Credential.of(
                                                            "http://git.invalid/sample",
                                                            Map.of("proxy", address)))
                                            .resolve("nobody", FetchDemand.ANY))
                    .isInstanceOf(ManifestFailure.class);
            assertThat(proxy.exchanges()).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "git.example", ".example", "EXAMPLE", "a, git.example ,b"})
    void a_name_stands_for_all_below_it(String without) {
        assertThat(choice(without).of("git.example").address()).isNull();
        assertThat(choice("t.example").of("git.example").address()).isNotNull();
    }

    private static ProxyChoice choice(String without) {
        return ProxyChoice.of(
                        Credential.of(
                                "https://git.example",
                                Map.of("proxy", "http://proxy", "noProxy", without)))
                .orElseThrow();
    }
}
