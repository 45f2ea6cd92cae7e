package io.tiphys.cluster.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tiphys.cluster.ApiFailure;
import io.tiphys.cluster.CloudTokens;
import io.tiphys.cluster.Token;
import io.tiphys.core.model.Hidden;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;

/// The tokens for EKS: a question to AWS's token service who asks, signed and not sent. The cluster
/// sends it, and believes the answer.
@Singleton
final class AwsTokens implements CloudTokens {

    private static final String PREFIX = "k8s-aws-v1.";
    private static final String CLUSTER_HEADER = "x-k8s-aws-id";

    /// What is signed says a minute; EKS takes it for a quarter of an hour.
    private static final Duration SIGNED_FOR = Duration.ofMinutes(1);

    private static final Duration LASTS = Duration.ofMinutes(14);

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Clock clock;

    AwsTokens() {
        this(Clock.systemUTC());
    }

    AwsTokens(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String cloud() {
        return "aws";
    }

    @Override
    public Token token(Asked asked) {
        var cluster =
                asked.option("--cluster-name")
                        .filter(it -> !it.isBlank())
                        .orElseThrow(
                                () ->
                                        new ApiFailure(
                                                0,
                                                "argocd-k8s-auth aws: --cluster-name is missing"));
        try {
            var region = region(asked);
            var identity = identity(asked, region);
            return new Token(
                    new Hidden(token(cluster, region, identity)), clock.instant().plus(LASTS));
        } catch (SdkException | IllegalArgumentException none) {
            throw new ApiFailure(0, "argocd-k8s-auth aws: " + none.getMessage());
        }
    }

    private String token(String cluster, Region region, AwsCredentials identity) {
        var question =
                SdkHttpRequest.builder()
                        .method(SdkHttpMethod.GET)
                        .uri(URI.create("https://sts.%s.amazonaws.com/".formatted(region.id())))
                        .putRawQueryParameter("Action", "GetCallerIdentity")
                        .putRawQueryParameter("Version", "2011-06-15")
                        .putHeader(CLUSTER_HEADER, cluster)
                        .build();
        var signed =
                AwsV4HttpSigner.create()
                        .sign(
                                it ->
                                        it.identity(identity)
                                                .request(question)
                                                .putProperty(
                                                        AwsV4HttpSigner.SERVICE_SIGNING_NAME, "sts")
                                                .putProperty(
                                                        AwsV4HttpSigner.REGION_NAME, region.id())
                                                .putProperty(
                                                        AwsV4HttpSigner.AUTH_LOCATION,
                                                        AuthLocation.QUERY_STRING)
                                                .putProperty(
                                                        AwsV4HttpSigner.EXPIRATION_DURATION,
                                                        SIGNED_FOR)
                                                .putProperty(AwsV4HttpSigner.SIGNING_CLOCK, clock));
        return PREFIX
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(signed.request().getUri().toString().getBytes(UTF_8));
    }

    private static Region region(Asked asked) {
        return asked.set("AWS_REGION")
                .or(() -> asked.set("AWS_DEFAULT_REGION"))
                .map(Region::of)
                .or(
                        () ->
                                Optional.ofNullable(
                                        DefaultAwsRegionProviderChain.builder()
                                                .build()
                                                .getRegion()))
                .orElseThrow();
    }

    private static AwsCredentials identity(Asked asked, Region region) {
        var own = own(asked);
        var role = asked.option("--role-arn").filter(it -> !it.isBlank());
        return role.isPresent()
                ? assumed(own, region, role.get(), asked.set("AWS_ENDPOINT_URL_STS"))
                : own.resolveCredentials();
    }

    private static AwsCredentialsProvider own(Asked asked) {
        var key = asked.set("AWS_ACCESS_KEY_ID");
        var secret = asked.set("AWS_SECRET_ACCESS_KEY");
        if (key.isPresent() && secret.isPresent()) {
            return StaticCredentialsProvider.create(
                    asked.set("AWS_SESSION_TOKEN")
                            .<AwsCredentials>map(
                                    it -> AwsSessionCredentials.create(key.get(), secret.get(), it))
                            .orElseGet(() -> AwsBasicCredentials.create(key.get(), secret.get())));
        }
        var provider = DefaultCredentialsProvider.builder();
        asked.option("--profile")
                .or(() -> asked.set("AWS_PROFILE"))
                .filter(it -> !it.isBlank())
                .ifPresent(provider::profileName);
        return provider.build();
    }

    /// @param endpoint another than the region's own
    private static AwsCredentials assumed(
            AwsCredentialsProvider by, Region region, String role, Optional<String> endpoint) {
        var builder =
                StsClient.builder()
                        .region(region)
                        .credentialsProvider(by)
                        .httpClientBuilder(
                                UrlConnectionHttpClient.builder()
                                        .connectionTimeout(TIMEOUT)
                                        .socketTimeout(TIMEOUT));
        endpoint.map(URI::create).ifPresent(builder::endpointOverride);
        try (var sts = builder.build()) {
            var given =
                    sts.assumeRole(
                                    AssumeRoleRequest.builder()
                                            .roleArn(role)
                                            .roleSessionName("tiphys")
                                            .build())
                            .credentials();
            return AwsSessionCredentials.create(
                    given.accessKeyId(), given.secretAccessKey(), given.sessionToken());
        }
    }
}
