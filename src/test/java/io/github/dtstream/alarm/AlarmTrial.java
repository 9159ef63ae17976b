package io.github.dtstream.alarm;

import io.github.dtstream.alarm.change.AlarmChange.Person;
import io.github.dtstream.alarm.change.AlarmKey;
import io.github.dtstream.alarm.rule.AlarmRule;
import io.github.dtstream.storage.Storage;
import io.github.dtstream.storage.SystemStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A service without a thread; a test steps, kills and restarts it. */
public final class AlarmTrial extends AlarmFixture {
    static final AlarmKey WARM = new AlarmKey("warm", "d1", AlarmKey.Subject.VALUE);

    private static final Duration NOTHING = Duration.ZERO;

    private RuleSet rules;
    private AlarmService service;

    public AlarmTrial(Path folder, Storage eventStorage, Storage storage, AlarmRule... rules) throws Exception {
        super(folder, eventStorage, storage);
        this.rules = set(rules);
        try {
            service = service();
        } catch (IOException | RuntimeException | Error e) {
            super.close();
            throw e;
        }
        try {
            service.restore();
        } catch (Exception | Error e) {
            close();
            throw e;
        }
    }

    /**
     * A service that has seen two devices, each of which was too warm once: {@code d1} from minute 10 to 20, {@code d2}
     * from 30 to 40. All of it was received at minute 40.
     */
    public static AlarmTrial withHistory(Path folder) throws Exception {
        AlarmTrial trial = new AlarmTrial(folder, new SystemStorage(), new SystemStorage(), above("warm", 8, 0));
        try {
            trial.timeIs(minute(40));
            trial.append(10, "d1", 9);
            trial.append(20, "d1", 5);
            trial.append(30, "d2", 9);
            trial.append(40, "d2", 5);
            trial.work();
            trial.flush();
            return trial;
        } catch (Exception | Error e) {
            trial.close();
            throw e;
        }
    }

    private AlarmService service() throws IOException {
        return new AlarmService(setup(), rules);
    }

    public AlarmService running() {
        return service;
    }

    /** Makes the service do all its work. */
    public void work() throws Exception {
        do {
            service.step(1, NOTHING);
        } while (service.status().lag() > 0);
        service.step(1, NOTHING);
    }

    public void acknowledge() throws Exception {
        var answer =
                service.put(new AlarmCommand(AlarmCommand.Action.ACKNOWLEDGE, WARM, new Person("ann", "seen", null)));
        work();
        answer.get();
    }

    public void edit(AlarmRule... edited) throws Exception {
        rules = set(edited);
        var answer = service.edit(rules);
        work();
        answer.get();
    }

    /** Kills the process, and starts another. */
    void kill() throws Exception {
        service.close();
        reopen();
        service = service();
        service.restore();
    }

    /** The same with other rules in the file. */
    void kill(AlarmRule... edited) throws Exception {
        rules = set(edited);
        kill();
    }

    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        service.close();
        super.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
