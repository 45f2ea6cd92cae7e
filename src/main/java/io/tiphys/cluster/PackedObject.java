package io.tiphys.cluster;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdDictCompress;
import com.github.luben.zstd.ZstdDictDecompress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

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

    /// Takes little more than half of level 1's time and a seventh more memory: at the start, most
    /// of a cluster is packed at once.
    private static final int LEVEL = -1;

    private static final ZstdDictCompress PACKING = new ZstdDictCompress(WORDS, LEVEL);
    private static final ZstdDictDecompress UNPACKING = new ZstdDictDecompress(WORDS);

    /// Those that nobody uses at the moment: to make one costs more than to use it. There are never
    /// more than have been in use at once.
    private static final Queue<ZstdCompressCtx> PACKERS = new ConcurrentLinkedQueue<>();

    private static final Queue<ZstdDecompressCtx> UNPACKERS = new ConcurrentLinkedQueue<>();

    private static final WeakReference<Map<String, Object>> NONE = new WeakReference<>(null);

    private final byte[] bytes;

    /// Of the JSON, in bytes.
    private final int length;

    /// For as long as somebody has it in hand anyway: one refresh asks for it again and again.
    private volatile WeakReference<Map<String, Object>> tree;

    private PackedObject(byte[] json, WeakReference<Map<String, Object>> tree) {
        this.bytes = packed(json);
        this.length = json.length;
        this.tree = tree;
    }

    /// @param object is not changed by anybody from now on
    static PackedObject of(Map<String, Object> object) {
        try {
            return new PackedObject(ApiJson.bytes(object), new WeakReference<>(object));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /// @param json of an object
    static PackedObject of(byte[] json) {
        return new PackedObject(json, NONE);
    }

    private static byte[] packed(byte[] json) {
        var packer = Objects.requireNonNullElseGet(PACKERS.poll(), PackedObject::packer);
        try {
            return packer.compress(json);
        } finally {
            PACKERS.add(packer);
        }
    }

    /// Leaves out of each frame what is the same of all, or known.
    private static ZstdCompressCtx packer() {
        return new ZstdCompressCtx()
                .loadDict(PACKING)
                .setMagicless(true)
                .setContentSize(false)
                .setDictID(false);
    }

    private static ZstdDecompressCtx unpacker() {
        return new ZstdDecompressCtx().loadDict(UNPACKING).setMagicless(true);
    }

    /// Not to be changed: others have the same.
    Map<String, Object> unpack() {
        var known = tree.get();
        if (known != null) {
            return known;
        }
        var unpacked = anew();
        tree = new WeakReference<>(unpacked);
        return unpacked;
    }

    boolean isUnpacked() {
        return tree.get() != null;
    }

    /// The same, from what is held of it whatever happens.
    Map<String, Object> anew() {
        var unpacker = Objects.requireNonNullElseGet(UNPACKERS.poll(), PackedObject::unpacker);
        try {
            return ApiJson.parse(unpacker.decompress(bytes, length));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } finally {
            UNPACKERS.add(unpacker);
        }
    }

    /// What it takes of the heap, in bytes.
    int size() {
        return bytes.length;
    }
}
