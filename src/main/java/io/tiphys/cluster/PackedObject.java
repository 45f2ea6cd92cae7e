package io.tiphys.cluster;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/// An object as its compressed JSON. As a tree it would take eight times the memory of its text.
final class PackedObject {

    /// Words that most objects are full of, the most frequent ones last: small objects hold no word
    /// twice and would not get smaller by themselves.
    private static final byte[] WORDS =
            ("\"status\":{\"conditions\":[{\"lastTransitionTime\":\"2026-\",\"reason\":\"\",\"message\":"
                 + "\"\",\"type\":\"Ready\",\"status\":\"True\"},\"readinessProbe\":{\"httpGet\":"
                 + "\"livenessProbe\":{\"periodSeconds\":10,\"failureThreshold\":3,"
                 + "\"resources\":{\"limits\":{\"requests\":{\"cpu\":\"100m\",\"memory\":\"Mi\"}"
                 + "\"securityContext\":{\"volumeMounts\":[{\"mountPath\":\"/\"volumes\":[{"
                 + "\"terminationMessagePath\":\"/dev/termination-log\","
                 + "\"terminationMessagePolicy\":\"File\",\"imagePullPolicy\":\"IfNotPresent\""
                 + ",\"restartPolicy\":\"Always\",\"terminationGracePeriodSeconds\":30,"
                 + "\"dnsPolicy\":\"ClusterFirst\",\"schedulerName\":\"default-scheduler\","
                 + "\"spec\":{\"replicas\":1,\"selector\":{\"matchLabels\":{\"template\":{"
                 + "\"containers\":[{\"name\":\"\",\"image\":\"\",\"ports\":[{\"containerPort\":"
                 + "\"protocol\":\"TCP\",\"targetPort\":\"rules\":[{\"apiGroups\":[\"\"],"
                 + "\"resources\":[\"\"],\"verbs\":[\"get\",\"list\",\"watch\"]}],\"roleRef\":{"
                 + "\"subjects\":[{\"kind\":\"ServiceAccount\",\"rbac.authorization.k8s.io/v1"
                 + "\"apps/v1\",\"kind\":\"Deployment\",\"ConfigMap\",\"Secret\",\"type\":\"Opaque\""
                 + ",\"data\":{\"f:spec\":{\"f:data\":{\".\":{},\"f:metadata\":{\"f:labels\":{"
                 + "\"f:annotations\":{\"f:argocd.argoproj.io/tracking-id\":{}}}"
                 + ",\"manager\":\"argocd-controller\",\"operation\":\"Apply\",\"apiVersion\":"
                 + "\"v1\",\"time\":\"2026-\",\"fieldsType\":\"FieldsV1\",\"fieldsV1\":{"
                 + "{\"apiVersion\":\"v1\",\"kind\":\"\",\"metadata\":{\"name\":\"\",\"namespace\":\""
                 + "\",\"uid\":\"\",\"resourceVersion\":\"\",\"generation\":1,"
                 + "\"creationTimestamp\":\"2026-\",\"labels\":{\"app.kubernetes.io/name\":\""
                 + "\",\"app.kubernetes.io/instance\":\"\"},\"annotations\":{"
                 + "\"argocd.argoproj.io/tracking-id\":\"\"},\"managedFields\":[{")
                    .getBytes(StandardCharsets.UTF_8);

    /// Those that nobody uses at the moment: to make one costs more than to use it. There are never
    /// more than have been in use at once.
    private static final Queue<Deflater> DEFLATERS = new ConcurrentLinkedQueue<>();

    private static final Queue<Inflater> INFLATERS = new ConcurrentLinkedQueue<>();

    private final byte[] bytes;

    /// For as long as somebody has it in hand anyway: one refresh asks for it again and again.
    private volatile WeakReference<Map<String, Object>> tree;

    private PackedObject(byte[] bytes, Map<String, Object> tree) {
        this.bytes = bytes;
        this.tree = new WeakReference<>(tree);
    }

    /// @param object is not changed by anybody from now on

    static PackedObject of(Map<String, Object> object) {
        var deflater =
                Objects.requireNonNullElseGet(
                        DEFLATERS.poll(), () -> new Deflater(Deflater.BEST_SPEED, true));
        try {
            deflater.reset();
            deflater.setDictionary(WORDS);
            var packed = new ByteArrayOutputStream(512);
            try (var out = new DeflaterOutputStream(packed, deflater)) {
                out.write(KubernetesApi.json(object));
            }
            return new PackedObject(packed.toByteArray(), object);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } finally {
            DEFLATERS.add(deflater);
        }
    }

    /// Not to be changed: others have the same.
    Map<String, Object> unpack() {
        var known = tree.get();
        if (known != null) {
            return known;
        }
        var unpacked = inflated();
        tree = new WeakReference<>(unpacked);
        return unpacked;
    }

    boolean isUnpacked() {
        return tree.get() != null;
    }

    /// The same, from what is held of it whatever happens.
    Map<String, Object> inflated() {
        var inflater = Objects.requireNonNullElseGet(INFLATERS.poll(), () -> new Inflater(true));
        try {
            inflater.reset();
            inflater.setDictionary(WORDS);
            try (var in = new InflaterInputStream(new ByteArrayInputStream(bytes), inflater)) {
                return KubernetesApi.parse(in.readAllBytes());
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } finally {
            INFLATERS.add(inflater);
        }
    }

    /// What it takes of the heap, in bytes.
    int size() {
        return bytes.length;
    }
}
