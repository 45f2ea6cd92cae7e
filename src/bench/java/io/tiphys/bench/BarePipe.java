package io.tiphys.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// The floor of B1: what it costs at least to check a delivery's signature and have the broker keep
/// its bytes before it is answered. The service's own HTTP server and producer settings, no logic.
/// A process of its own; prints its port when it is ready.
final class BarePipe extends AbstractVerticle {

    private final String secret;
    private final String topic;
    private final int port;
    private final KafkaProducer<byte[], byte[]> producer;

    private BarePipe(
            String secret, String topic, int port, KafkaProducer<byte[], byte[]> producer) {
        this.secret = secret;
        this.topic = topic;
        this.port = port;
        this.producer = producer;
    }

    public static void main(String[] arguments) throws Exception {
        var producer =
                new KafkaProducer<byte[], byte[]>(
                        Map.of(
                                "bootstrap.servers",
                                arguments[0],
                                "key.serializer",
                                ByteArraySerializer.class,
                                "value.serializer",
                                ByteArraySerializer.class,
                                "acks",
                                "all",
                                "enable.idempotence",
                                true,
                                "linger.ms",
                                0,
                                "max.in.flight.requests.per.connection",
                                1,
                                "batch.size",
                                128 * 1024));
        int port = Service.freePort();
        int eventLoops = 2 * Runtime.getRuntime().availableProcessors();
        Vertx.vertx()
                .deployVerticle(
                        () -> new BarePipe(arguments[2], arguments[1], port, producer),
                        new DeploymentOptions().setInstances(eventLoops))
                .onSuccess(_ -> System.out.println(port))
                .onFailure(
                        failure -> {
                            System.err.println(failure);
                            System.exit(1);
                        });
    }

    @Override
    public void start(Promise<Void> started) throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), mac.getAlgorithm()));
        vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(port))
                .requestHandler(request -> request.bodyHandler(body -> take(request, body, mac)))
                .listen()
                .<Void>mapEmpty()
                .onComplete(started);
    }

    private void take(HttpServerRequest request, Buffer body, Mac mac) {
        var raw = body.getBytes();
        var signature = String.valueOf(request.getHeader("X-Hub-Signature-256"));
        var expected = "sha256=" + HexFormat.of().formatHex(mac.doFinal(raw));
        if (!MessageDigest.isEqual(bytes(expected), bytes(signature))) {
            request.response().setStatusCode(401).end();
            return;
        }
        Context loop = vertx.getOrCreateContext();
        var _ =
                producer.send(
                        new ProducerRecord<>(topic, raw),
                        (_, failure) ->
                                loop.runOnContext(
                                        _ ->
                                                request.response()
                                                        .setStatusCode(failure == null ? 202 : 503)
                                                        .end()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
