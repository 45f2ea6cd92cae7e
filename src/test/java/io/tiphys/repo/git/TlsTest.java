package io.tiphys.repo.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiphys.core.event.ApplicationCommand.FetchDemand;
import io.tiphys.core.model.GitCredential;
import io.tiphys.repo.ManifestFailure;
import io.tiphys.support.CountingGitHost;
import io.tiphys.support.Credential;
import io.tiphys.support.SelfSigned;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TlsTest extends AgainstGitHost {

    @Test
    void a_host_is_believed_by_the_authority_that_is_named_for_it() throws Exception {
        var identity = SelfSigned.create();
        try (var secure = CountingGitHost.of(host.cloneUrl(), identity, Optional.empty())) {
            var url = secure.url();

            assertThatThrownBy(
                            () ->
                                    mirrors.of(url, GitCredential.NONE)
                                            .resolve("main", FetchDemand.ANY))
                    .isInstanceOfSatisfying(
                            ManifestFailure.class, it -> assertThat(it.passing()).isFalse())
                    .hasMessageContaining("is not trusted")
                    .hasMessageContaining("argocd-tls-certs-cm");
            for (var credential :
                    List.of(
                            GitCredential.NONE.trusting("", identity.certificatePem()),
                            Credential.of(url, Map.of("insecure", "true")))) {
                assertThat(mirrors.of(url, credential).resolve("main", FetchDemand.ANY))
                        .isEqualTo(tipOf(MAIN).name());
            }
            assertThatThrownBy(
                            () ->
                                    mirrors.of(
                                                    url,
                                                    GitCredential.NONE.trusting(
                                                            "",
                                                            SelfSigned.create().certificatePem()))
                                            .resolve("main", FetchDemand.ANY))
                    .hasMessageContaining("is not trusted");
        }
    }

    @Test
    void a_host_that_wants_a_certificate_is_shown_one() throws Exception {
        var identity = SelfSigned.create();
        var client = SelfSigned.create();
        try (var secure = CountingGitHost.of(host.cloneUrl(), identity, Optional.of(client))) {
            var credential =
                    Credential.of(
                                    secure.url(),
                                    Map.of(
                                            "tlsClientCertData",
                                            client.certificatePem(),
                                            "tlsClientCertKey",
                                            client.keyPem()))
                            .trusting("", identity.certificatePem());

            assertThat(mirrors.of(secure.url(), credential).resolve("main", FetchDemand.ANY))
                    .isEqualTo(tipOf(MAIN).name());
        }
    }
}
