package io.tiphys.repo.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.repo.host.ProxyChoice;
import io.tiphys.support.CountingGitHost;
import io.tiphys.support.Credential;
import io.tiphys.support.PasswordProxy;
import io.tiphys.support.SelfSigned;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.3.4, yes",
        "10.0.0.0/8, 11.0.0.1, no",
        "10.1.2.3/32, 10.1.2.3, yes",
        "10.1.2.3/31, 10.1.2.4, no",
        "0.0.0.0/0, 192.0.2.1, yes",
        "0.0.0.0/0, 2001:db8::1, no",
        "2001:db8::/32, [2001:db8::1], yes",
        "2001:db8::/32, 2001:db9::1, no",
        "10.0.0.0/8, ten.example, no",
        "10.0.0.0/33, 10.0.0.1, no",
        "10.0.0.0/-1, 10.0.0.1, no",
        "10.0.0.0/x, 10.0.0.1, no",
        "ten.example/8, 10.0.0.1, no",
    })
    void a_range_stands_for_the_addresses_in_it(String range, String host, String without) {
        assertThat(choice("other, " + range).of(host).address() == null)
                .isEqualTo(without.equals("yes"));
    }

    @Test
    void a_proxy_is_shown_its_password_on_the_way_to_a_host() throws Exception {
        try (var target = CountingGitHost.of(host.cloneUrl());
                var proxy = PasswordProxy.to(target.url())) {
            var url = "http://git.invalid/sample.git";

            assertThat(resolve(url, proxy.url())).isEqualTo(tipOf(MAIN).name());

            assertThat(proxy.led()).first().asString().startsWith("GET http://git.invalid/sample");
            assertThat(proxy.refused()).isEmpty();
            assertThat(target.shown()).containsOnly("");
        }
    }

    @Test
    void a_proxy_is_shown_its_password_on_the_way_to_an_encrypted_host() throws Exception {
        var identity = SelfSigned.create();
        try (var target = CountingGitHost.of(host.cloneUrl(), identity, Optional.empty());
                var proxy = PasswordProxy.to(target.url())) {
            var url = "https://git.invalid/sample.git";

            assertThat(resolve(url, proxy.url())).isEqualTo(tipOf(MAIN).name());

            assertThat(proxy.led())
                    .isNotEmpty()
                    .allMatch(it -> it.startsWith("CONNECT git.invalid"));
            assertThat(target.shown()).containsOnly("");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void a_wrong_password_of_a_proxy_is_told_once_and_named_as_such(String scheme) {
        try (var proxy = PasswordProxy.to(host.cloneUrl().toString())) {
            assertThatThrownBy(() -> resolve(scheme + "://git.invalid/x", proxy.url("ada:canary")))
                    .isInstanceOfSatisfying(
                            ManifestFailure.class, it -> assertThat(it.passing()).isFalse())
                    .hasMessageContaining("its proxy wants a user and a password")
                    .hasMessageNotContaining("canary");
            assertThat(proxy.refused()).hasSizeLessThanOrEqualTo(2);
        }
    }

    @Test
    void a_socks_proxy_has_no_password_for_the_web() {
        assertThatThrownBy(() -> resolve("https://git.invalid/x", "socks5://ada:canary@proxy"))
                .isInstanceOf(ManifestFailure.class)
                .hasMessageContaining("which socks5:// may have for SSH alone")
                .hasMessageNotContaining("canary");
    }

    private String resolve(String url, String proxy) {
        var credential = Credential.of(url, Map.of("proxy", proxy, "insecure", "true"));
        return mirrors.of(url, credential).resolve("main", FetchDemand.ANY);
    }

    private static ProxyChoice choice(String without) {
        return ProxyChoice.of(
                        Credential.of(
                                "https://git.example",
                                Map.of("proxy", "http://proxy", "noProxy", without)))
                .orElseThrow();
    }
}
