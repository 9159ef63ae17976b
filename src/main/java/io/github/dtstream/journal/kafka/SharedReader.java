package io.github.dtstream.journal.kafka;

import io.github.dtstream.journal.JournalSettings;
import io.github.dtstream.journal.Journals.Surroundings;
import io.github.dtstream.journal.PartitionListener;
import io.github.dtstream.journal.SharedStatus;
import io.github.dtstream.journal.SharedSubscription;
import io.github.dtstream.journal.Sharing;
import io.github.dtstream.memory.Holder;
import io.github.dtstream.thread.AfterFailure;
import io.github.dtstream.thread.ThreadEnd;
import io.github.dtstream.time.Deadline;
import io.github.dtstream.time.Sleeper;
import io.github.dtstream.time.Ticker;
import io.github.dtstream.wire.EnvelopeDecoder;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shared subscriber as a consumer group of Kafka: its thread is a member of the group {@code NAME.SUBSCRIBER}. It is the
 * only thread that uses the consumer and calls the listener. It polls all the time, so that the group does not remove this
 * process while a sink is slow: a partition that has enough records in memory is paused. After a failure it joins the group
 * again.
 */
final class SharedReader implements SharedSubscription, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SharedReader.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** The time for work in progress, and each of the next three. */
    private static final Duration CLOSE = Duration.ofSeconds(20);
    /** How long a process that leaves takes part in a rebalance: longer than the group waits for a member that was killed. */
    private static final Duration REBALANCE = Duration.ofSeconds(7);
    /** How long the last commit of a partition may take before the partition is given up. */
    private static final Duration LAST_COMMIT = Duration.ofSeconds(3);

    /** How long a broker that was suspended may believe that it leads a partition, and tell an end that is past. */
    private static final Duration BEYOND = Duration.ofSeconds(15);

    /** How long a commit may take before it is tried again. Brokers answer within milliseconds. */
    private static final Duration COMMIT = Duration.ofSeconds(1);

    private static final Duration LEAVE = Duration.ofSeconds(5);

    private static final Duration IDLE = Duration.ofMillis(100);
    /** The cursor of work in progress may have to be written soon. */
    private static final Duration BUSY = Duration.ofMillis(5);
    /** A poll of a subscriber waits for a commit. */
    private static final Duration URGENT = Duration.ofMillis(1);

    private static final long COMMIT_NANOS = Duration.ofMillis(50).toNanos();
    /** For cursors behind which a crash repeats only a few events, and for those that move past marks of transactions. */
    private static final long COMMIT_AT_REST_NANOS = Duration.ofSeconds(1).toNanos();

    private static final long COMMIT_AGAIN_NANOS = Duration.ofMillis(200).toNanos();
    /** After so long without an answer of any kind, others may read the partitions. */
    private static final long SILENT_NANOS = Duration.ofSeconds(20).toNanos();

    /** After so long without a successful commit, that is reported. */
    private static final long TOO_LONG_NANOS = Duration.ofSeconds(10).toNanos();

    private static final String SILENCE =
            "Kafka does not answer, so others may read the partitions that this router had";

    private final KafkaSettings where;
    private final JournalSettings journal;
    private final Sharing sharing;
    private final Surroundings surroundings;
    private final PartitionListener listener;
    private final Ticker ticker;
    private final Sleeper sleeper;
    private final SkippedRecords skipped;
    private final String group;
    private final Thread thread;

    /** By number, the partitions that this process reads. Written by the own thread. */
    private final Map<Integer, PartitionReader> held = new ConcurrentHashMap<>();
    /** Has permits if a commit is to be written at once. */
    private final Semaphore wakes = new Semaphore(0);

    private volatile boolean closing;
    private volatile List<SharedStatus.Partition> seen = List.of();
    private volatile Move move = new Move(null, "");
    private volatile @Nullable String problem;
    /** When Kafka last answered. Used by the own thread. */
    private long heardNanos;

    private record Move(@Nullable Instant at, String what) {}

    private SharedReader(
            KafkaSettings where,
            JournalSettings journal,
            Sharing sharing,
            Surroundings surroundings,
            PartitionListener listener) {
        this.where = where;
        this.journal = journal;
        this.sharing = sharing;
        this.surroundings = surroundings;
        this.listener = listener;
        ticker = Ticker.SYSTEM;
        sleeper = Sleeper.SYSTEM;
        skipped = new SkippedRecords(surroundings.rejects());
        group = group(where.name(), sharing.subscriber());
        thread = surroundings
                .supervisor()
                .thread(
                        "shared-" + group,
                        "this router delivers nothing of the shared subscriber " + group,
                        AfterFailure.RESTART,
                        this);
    }

    static SharedReader start(
            KafkaSettings where,
            JournalSettings journal,
            Sharing sharing,
            Surroundings surroundings,
            PartitionListener listener) {
        SharedReader reader = new SharedReader(where, journal, sharing, surroundings, listener);
        reader.thread.start();
        return reader;
    }

    /** The consumer group of a shared subscriber of a journal. */
    static String group(String journal, String subscriber) {
        return journal + "." + subscriber;
    }

    @Override
    public void run() {
        try {
            while (!closing) {
                try {
                    join();
                } catch (InterruptException e) {
                    throw (InterruptedException) new InterruptedException().initCause(e);
                } catch (IOException | KafkaException e) {
                    failed(e);
                    sleeper.sleep(RETRY);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void failed(Exception failure) {
        String why = failure instanceof IOException
                ? String.valueOf(failure.getMessage())
                : KafkaFailure.sentence(failure, where.servers());
        if (!why.equals(problem)) {
            problem = why;
            LOG.warn("The shared subscriber {} is not read here at present, which is tried again: {}", group, why);
        }
    }

    private void join() throws IOException, InterruptedException {
        Topics topics = Topics.open(where, journal);
        long[] beginning = SharedCursors.beginning(topics, sharing, skipped);
        heardNanos = ticker.nanos();
        try (GroupView view = new GroupView(topics, group);
                Member member = new Member(topics, beginning)) {
            while (!closing) {
                member.turn();
                List<SharedStatus.Partition> now = view.turn(ticker.nanos());
                if (now != null) {
                    seen = now;
                    now.forEach(this::tellLag);
                    heard();
                } else if (problem == null && ticker.nanos() - heardNanos > SILENT_NANOS) {
                    // polling says nothing of it, and who reads no events commits none
                    failed(new IOException(SILENCE));
                }
            }
        }
    }

    /** Kafka has answered, or sent something. */
    private void heard() {
        heardNanos = ticker.nanos();
        problem = SILENCE.equals(problem) ? null : problem;
    }

    private void tellLag(SharedStatus.Partition partition) {
        PartitionReader reader = held.get(partition.number());
        if (reader != null) {
            reader.lags(partition.lag());
        }
    }

    @Override
    public SharedStatus status() {
        Map<Integer, SharedStatus.Partition> all = new TreeMap<>();
        seen.forEach(partition -> all.put(partition.number(), partition));
        all.replaceAll((number, partition) -> sharing.node().equals(partition.node())
                ? new SharedStatus.Partition(number, null, partition.lag())
                : partition);
        held.forEach(
                (number, reader) -> all.put(number, new SharedStatus.Partition(number, sharing.node(), reader.lag())));
        Move last = move;
        return new SharedStatus(List.copyOf(all.values()), last.at(), last.what(), problem);
    }

    @Override
    public void close() {
        closing = true;
        wakes.release();
        ThreadEnd.await(thread, CLOSE);
        if (thread.isAlive()) {
            LOG.warn("This router did not leave the group {} in time; the group removes it soon", group);
        }
    }

    /**
     * Whether a partition is asked again for an offset for which it had no record.
     *
     * @param oldest the offset of its oldest record
     * @param end the offset behind its newest record
     * @param patience until when an end before the offset is not believed
     */
    static boolean isStillThere(long offset, long oldest, long end, Deadline patience) {
        return offset >= oldest && (offset <= end || !patience.isOver());
    }

    private void moved(String what, Set<Integer> partitions) {
        move = new Move(surroundings.clock().instant(), what + " " + partitions);
        LOG.info("shared subscriber {}: this router {} the partitions {}", group, what, partitions);
    }

    /** The member of the group, with its consumer. Used by the own thread. */
    private final class Member implements ConsumerRebalanceListener, AutoCloseable {
        private final Topics topics;
        private final long[] beginning;
        private final Consumer<byte[], byte[]> consumer;
        private final Set<TopicPartition> paused = new HashSet<>();
        /** By partition that ends before its cursor, as a broker says: until when that is not believed. */
        private final Map<TopicPartition, Deadline> beyond = new HashMap<>();

        private long committedNanos;
        private long restedNanos;
        private long notBeforeNanos;
        /** When a commit last succeeded, or was first tried. */
        private long writtenNanos;
        /** Whether the deliveries have ended, and only the last cursors are to be written. */
        private boolean leaves;

        Member(Topics topics, long[] beginning) {
            this.topics = topics;
            this.beginning = beginning;
            consumer = topics.member(group, sharing.node());
            committedNanos = ticker.nanos();
            restedNanos = committedNanos;
            notBeforeNanos = committedNanos;
            writtenNanos = committedNanos;
            consumer.subscribe(List.of(topics.events()), this);
        }

        void turn() throws InterruptedException {
            wakes.drainPermits();
            boolean isHungry = pauseThoseWithEnough();
            Duration wait =
                    held.values().stream().anyMatch(PartitionReader::isWaiting) ? URGENT : areNear() ? IDLE : BUSY;
            if (!isHungry && !held.isEmpty()) {
                // a wake is lost only for as long as this waits
                boolean unused = wakes.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS);
                wait = Duration.ZERO;
            }
            try {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(wait);
                if (!records.isEmpty()) {
                    heard();
                }
                for (TopicPartition partition : records.partitions()) {
                    PartitionReader reader = held.get(partition.partition());
                    if (reader != null) {
                        reader.add(records.records(partition));
                    }
                    beyond.remove(partition);
                }
            } catch (OffsetOutOfRangeException e) {
                goOn(e.offsetOutOfRangePartitions());
            }
            held.forEach(this::tellPosition);
            commit();
        }

        private void tellPosition(int number, PartitionReader reader) {
            TopicPartition partition = new TopicPartition(topics.events(), number);
            try {
                reader.reached(
                        consumer.position(partition, Duration.ZERO),
                        consumer.currentLag(partition).orElse(0));
            } catch (TimeoutException e) {
                LOG.debug("the position in {} is not known while its leader changes", partition);
            }
        }

        /** @return whether a partition may get more */
        private boolean pauseThoseWithEnough() {
            boolean isHungry = false;
            Set<TopicPartition> pause = new HashSet<>();
            Set<TopicPartition> resume = new HashSet<>();
            for (Map.Entry<Integer, PartitionReader> entry : held.entrySet()) {
                TopicPartition partition = new TopicPartition(topics.events(), entry.getKey());
                boolean wants = entry.getValue().isHungry();
                isHungry |= wants;
                if (wants && paused.remove(partition)) {
                    resume.add(partition);
                } else if (!wants && paused.add(partition)) {
                    pause.add(partition);
                }
            }
            consumer.pause(pause);
            consumer.resume(resume);
            return isHungry;
        }

        private void commit() {
            long now = ticker.nanos();
            boolean isUrgent = held.values().stream().anyMatch(PartitionReader::isWaiting);
            long wait = areNear() ? COMMIT_AT_REST_NANOS : COMMIT_NANOS;
            if (now - notBeforeNanos < 0 || (!isUrgent && now - committedNanos < wait)) {
                return;
            }
            boolean atRest = now - restedNanos >= COMMIT_AT_REST_NANOS;
            Map<TopicPartition, OffsetAndMetadata> offsets = toWrite(held.keySet(), atRest);
            restedNanos = atRest ? now : restedNanos;
            if (!offsets.isEmpty()) {
                // after a pause without commits, the time begins anew
                writtenNanos = now - committedNanos > TOO_LONG_NANOS ? now : writtenNanos;
                committedNanos = now;
                write(offsets);
            }
        }

        /**
         * Waits for the answer. With {@code commitAsync}, Kafka's client keeps offsets that it cannot send at once, and sends them
         * when it can: after an interruption that may be when other processes have gone on, and this one is in the group again.
         * They would set the cursor back.
         */
        private void write(Map<TopicPartition, OffsetAndMetadata> offsets) {
            try {
                consumer.commitSync(offsets, COMMIT);
                heard();
                writtenNanos = heardNanos;
                problem = null;
                written(offsets);
            } catch (InterruptException e) {
                throw e;
            } catch (KafkaException e) {
                notWrittenYet(e);
            }
        }

        private boolean areNear() {
            return held.values().stream().allMatch(PartitionReader::isNear);
        }

        private Map<TopicPartition, OffsetAndMetadata> toWrite(Set<Integer> partitions, boolean atRest) {
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            for (Integer number : partitions) {
                PartitionReader reader = held.get(number);
                Long offset = reader == null ? null : reader.toWrite(atRest);
                if (offset != null) {
                    offsets.put(new TopicPartition(topics.events(), number), new OffsetAndMetadata(offset));
                }
            }
            return offsets;
        }

        private void notWrittenYet(KafkaException failure) {
            long now = ticker.nanos();
            notBeforeNanos = now + COMMIT_AGAIN_NANOS;
            if (failure instanceof AuthorizationException || now - writtenNanos > TOO_LONG_NANOS) {
                failed(failure);
            } else {
                LOG.debug("cursors of {} were not written, which is tried again: {}", group, failure.toString());
            }
        }

        private void written(Map<TopicPartition, OffsetAndMetadata> offsets) {
            offsets.forEach((partition, offset) -> {
                PartitionReader reader = held.get(partition.partition());
                if (reader != null) {
                    reader.written(offset.offset());
                }
            });
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            problem = null;
            if (leaves) {
                partitions.forEach(partition -> consumer.seek(partition, 0));
                consumer.pause(partitions);
            }
            if (leaves || partitions.isEmpty()) {
                return;
            }
            Map<TopicPartition, OffsetAndMetadata> cursors = consumer.committed(new HashSet<>(partitions));
            Map<TopicPartition, Long> oldest = consumer.beginningOffsets(partitions);
            for (TopicPartition partition : partitions) {
                long first = oldest.getOrDefault(partition, 0L);
                long offset = from(partition, cursors.get(partition), first);
                consumer.seek(partition, offset);
                paused.remove(partition);
                held.put(
                        partition.partition(),
                        new PartitionReader(
                                sharing.subscriber(),
                                sharing.batch(),
                                offset,
                                new Lane(partition, new EnvelopeDecoder()::decodeEvent, skipped),
                                surroundings.memory().share(Holder.READING, PartitionReader.leastBytes()),
                                wakes::release,
                                ticker));
            }
            moved("took", numbers(partitions));
            held.entrySet().stream()
                    .filter(entry -> partitions.contains(new TopicPartition(topics.events(), entry.getKey())))
                    .forEach(entry -> listener.assigned(entry.getKey(), entry.getValue()));
        }

        private long from(TopicPartition partition, @Nullable OffsetAndMetadata cursor, long oldest) {
            long wanted = cursor == null ? began(partition.partition()) : cursor.offset();
            if (wanted < oldest) {
                LOG.warn(
                        "shared subscriber {}: the brokers have deleted up to {} records of the partition {} that it had not"
                                + " delivered{}; it continues with the oldest record",
                        group,
                        oldest - wanted,
                        partition,
                        cursor == null ? " or whose delivery they do not remember" : "");
            } else if (cursor == null) {
                LOG.info(
                        "shared subscriber {}: the brokers know no cursor for the partition {}: it is read from where the"
                                + " subscriber began",
                        group,
                        partition);
            }
            return Math.max(wanted, oldest);
        }

        /** A partition that was added while the group exists is read from its first record. */
        private long began(int partition) {
            return partition < beginning.length ? beginning[partition] : 0;
        }

        private void goOn(Map<TopicPartition, Long> outOfRange) throws InterruptedException {
            Map<TopicPartition, Long> oldest = consumer.beginningOffsets(outOfRange.keySet());
            Map<TopicPartition, Long> ends = consumer.endOffsets(outOfRange.keySet());
            outOfRange.forEach((partition, offset) -> {
                long first = oldest.getOrDefault(partition, 0L);
                long end = ends.getOrDefault(partition, 0L);
                Deadline patience = beyond.computeIfAbsent(partition, any -> Deadline.after(BEYOND, ticker));
                if (isStillThere(offset, first, end, patience)) {
                    consumer.seek(partition, offset);
                    return;
                }
                beyond.remove(partition);
                LOG.warn(
                        "shared subscriber {}: the partition {} has no record {}, but {} to {}, as the brokers have {}; it"
                                + " continues with the oldest record",
                        group,
                        partition,
                        offset,
                        first,
                        end - 1,
                        offset < first ? "deleted it" : "lost records");
                consumer.seek(partition, first);
                PartitionReader reader = held.get(partition.partition());
                if (reader != null) {
                    reader.moved(first);
                }
            });
            sleeper.sleep(IDLE);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            Set<Integer> numbers = numbers(partitions);
            numbers.retainAll(held.keySet());
            if (numbers.isEmpty()) {
                return;
            }
            try {
                if (!leaves) {
                    listener.revoked(numbers);
                }
                commitLast(numbers);
            } catch (KafkaException e) {
                notWritten(numbers, e);
            } finally {
                drop(numbers);
            }
            moved("gave up", numbers);
        }

        private void commitLast(Set<Integer> numbers) {
            Map<TopicPartition, OffsetAndMetadata> offsets = toWrite(numbers, true);
            if (!offsets.isEmpty()) {
                consumer.commitSync(offsets, LAST_COMMIT);
            }
        }

        private void notWritten(Set<Integer> numbers, KafkaException failure) {
            LOG.warn(
                    "shared subscriber {}: the last cursors of the partitions {} could not be written, so up to one batch"
                            + " of each is delivered again: {}",
                    group,
                    numbers,
                    failure.toString());
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            Set<Integer> numbers = numbers(partitions);
            numbers.retainAll(held.keySet());
            if (numbers.isEmpty()) {
                return;
            }
            drop(numbers);
            listener.lost(numbers);
            moved("lost", numbers);
        }

        private void drop(Set<Integer> numbers) {
            for (Integer number : numbers) {
                PartitionReader reader = held.remove(number);
                if (reader != null) {
                    reader.drop();
                }
            }
        }

        private Set<Integer> numbers(Collection<TopicPartition> partitions) {
            Set<Integer> numbers = new TreeSet<>();
            partitions.forEach(partition -> numbers.add(partition.partition()));
            return numbers;
        }

        /** Leaves the group, so that others read this process's partitions at once. */
        @Override
        public void close() {
            try {
                try {
                    giveUpAll();
                } finally {
                    consumer.close(LEAVE);
                }
            } finally {
                List<TopicPartition> left = new ArrayList<>();
                held.keySet().forEach(number -> left.add(new TopicPartition(topics.events(), number)));
                onPartitionsLost(left);
            }
        }

        /**
         * Ends the deliveries, and writes the last cursors. While a rebalance is under way, Kafka's client writes none, and
         * would call the partitions lost when it is closed; so this takes part in the rebalance until it ends.
         */
        private void giveUpAll() {
            Set<Integer> numbers = new TreeSet<>(held.keySet());
            if (numbers.isEmpty()) {
                return;
            }
            listener.revoked(numbers);
            leaves = true;
            Deadline deadline = Deadline.after(REBALANCE, ticker);
            try {
                boolean isWritten = false;
                while (!isWritten) {
                    isWritten = isWritten(deadline);
                }
            } catch (KafkaException e) {
                notWritten(held.keySet(), e);
            }
            drop(new TreeSet<>(held.keySet()));
            moved("gave up", numbers);
        }

        private boolean isWritten(Deadline deadline) {
            try {
                commitLast(held.keySet());
                return true;
            } catch (RebalanceInProgressException e) {
                if (deadline.isOver()) {
                    throw e;
                }
                consumer.poll(IDLE);
                return false;
            }
        }
    }
}
