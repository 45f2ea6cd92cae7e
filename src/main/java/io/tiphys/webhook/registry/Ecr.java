package io.tiphys.webhook.registry;

import io.tiphys.webhook.Contents;
import io.tiphys.webhook.Delivery;
import io.tiphys.webhook.MalformedDeliveryException;
import io.tiphys.webhook.PayloadTree;
import io.tiphys.webhook.Proof;
import io.tiphys.webhook.RegistryDialect;
import io.tiphys.webhook.WebhookConfig;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Amazon's registry, by EventBridge and an API destination: as it comes, or made a CloudEvent by
/// an input transformer.
@Singleton
class Ecr implements RegistryDialect {

    static final String TYPES = "com.amazon.ecr.";

    private static final Proof PROOF = Proof.inUrl("webhook.ecr.secret");
    private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");
    private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,40}");

    /// The source of its CloudEvents: `urn:aws:ecr:<region>:<account>:repository/<name>`.
    private static final Pattern SOURCE =
            Pattern.compile("[a-z]+:[a-z-]+:ecr:([a-z0-9-]{1,40}):([0-9]{12}):.{0,400}");

    private final Map<String, String> hosts;

    Ecr(WebhookConfig config) {
        hosts = Map.copyOf(config.registryHosts());
    }

    @Override
    public String provider() {
        return "ecr";
    }

    @Override
    public List<Proof> proofs() {
        return List.of(PROOF);
    }

    @Override
    public Contents read(Delivery delivery) {
        var body = PayloadTree.read(delivery.body());
        var pushes = new Pushes(provider(), hosts);
        if (CloudEvent.isOne(delivery, body)) {
            var event = CloudEvent.of(delivery, body);
            if (!event.type().text().startsWith(TYPES)) {
                return Contents.nothing(event.id().text(), "Only events of ECR have an effect");
            }
            addTo(pushes, event);
            return pushes.contents(event.id().text());
        }
        var id = body.at("id").requiredText();
        var detail = body.at("detail");
        if (!detail.isPresent()) {
            throw detail.missing();
        }
        boolean isPush =
                detail.at("action-type").text().equals("PUSH")
                        && detail.at("result").text().equals("SUCCESS");
        if (!isPush) {
            return Contents.nothing(id, "Only successful pushes have an effect");
        }
        pushes.add(Field.of(body.at("id")), push(body, detail));
        return pushes.contents(id);
    }

    /// Leaves out what is not said to be pushed.
    static void addTo(Pushes pushes, CloudEvent event) {
        if (!event.type().text().endsWith(".push")) {
            return;
        }
        var data = event.data();
        var source = SOURCE.matcher(event.source().text());
        if (!source.matches()) {
            throw new MalformedDeliveryException(
                    event.source().subject()
                            + " should be urn:aws:ecr:<region>:<account>:repository/<name>");
        }
        pushes.add(
                event.id(),
                new Push(
                        new ImageRepository(
                                Field.known(host(source.group(2), source.group(1))),
                                Field.of(data.at("repositoryName"))),
                        Field.of(data.at("imageTag")),
                        Field.of(data.at("imageDigest")),
                        event.time()));
    }

    private static Push push(PayloadTree body, PayloadTree detail) {
        var account = Field.of(body.at("account")).required(ACCOUNT);
        var region = Field.of(body.at("region")).required(REGION);
        return new Push(
                new ImageRepository(
                        Field.known(host(account, region)), Field.of(detail.at("repository-name"))),
                Field.of(detail.at("image-tag")),
                Field.of(detail.at("image-digest")),
                Field.of(body.at("time")),
                Field.of(detail.at("manifest-media-type")),
                Set.of(detail.at("artifact-media-type").text()));
    }

    private static String host(String account, String region) {
        var domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
        return account + ".dkr.ecr." + region + "." + domain;
    }
}
