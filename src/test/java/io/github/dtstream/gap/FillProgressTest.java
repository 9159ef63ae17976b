package io.github.dtstream.gap;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dtstream.gap.DeviceOutcome.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FillProgressTest {
    private static final Instant TEN = Instant.parse("2026-03-01T10:00:00Z");

    private final FillProgress begun = FillProgress.NONE.firstPass(TEN, 4);

    private static DeviceOutcome failed(String device) {
        return DeviceOutcome.without(device, Kind.FAILED, "500");
    }

    private static DeviceOutcome read(String device) {
        return DeviceOutcome.read(device, 10, 4, 1);
    }

    @Test
    void isAtNothingBeforeItBegins() {
        assertThat(FillProgress.NONE.percent()).isZero();
        assertThat(FillProgress.NONE.isThrough()).isFalse();
    }

    @Test
    void countsDevicesAndEvents() {
        FillProgress progress =
                begun.done(read("a"), false, TEN.plusSeconds(60)).done(read("b"), false, TEN.plusSeconds(50));

        assertThat(progress.devicesDone()).isEqualTo(2);
        assertThat(progress.percent()).isEqualTo(50);
        assertThat(progress.eventsFound()).isEqualTo(20);
        assertThat(progress.eventsNew()).isEqualTo(8);
        assertThat(progress.eventsInvalid()).isEqualTo(2);
        assertThat(progress.estimatedEnd()).isEqualTo(TEN.plusSeconds(50));
        assertThat(progress.passStarted()).isEqualTo(TEN);
    }

    @Test
    void isThroughWhenTheLastDeviceIsDone() {
        FillProgress progress = begun;
        for (String device : List.of("a", "b", "c")) {
            progress = progress.done(read(device), false, null);
        }
        assertThat(progress.isThrough()).isFalse();
        assertThat(progress.percent()).isEqualTo(75);

        assertThat(progress.done(failed("d"), false, null).isThrough()).isTrue();
    }

    @Test
    void aFirstPassThatGoesOnAfterARestartKeepsItsBeginning() {
        FillProgress progress = begun.done(read("a"), false, TEN).firstPass(TEN.plusSeconds(99), 5);

        assertThat(progress.passStarted()).isEqualTo(TEN);
        assertThat(progress.devicesDone()).isEqualTo(1);
        assertThat(progress.devicesTotal()).isEqualTo(5);
        assertThat(progress.estimatedEnd()).isNull();
    }

    @Test
    void theLastPassBeginsAtNothingOnceAndGoesOnAfterARestart() {
        FillProgress last = begun.done(read("a"), true, null).lastPass(2);
        assertThat(last.lastPass()).isTrue();
        assertThat(last.devicesDone()).isZero();

        FillProgress further = last.done(read("a"), false, null).lastPass(2);
        assertThat(further.devicesDone()).isEqualTo(1);
        assertThat(further.eventsFound()).isEqualTo(20);
    }

    @Test
    void completeMeansEveryDevice() {
        FillProgress complete = begun.lastPass(2).complete(4);

        assertThat(complete.isThrough()).isTrue();
        assertThat(complete.percent()).isEqualTo(100);
        assertThat(complete.lastPass()).isTrue();
    }

    @Test
    void remembersHowManyWereReadEarlyInTheFirstPassOnly() {
        FillProgress progress =
                begun.done(read("a"), true, null).done(read("b"), true, null).done(read("c"), false, null);
        assertThat(progress.devicesEarly()).isEqualTo(2);

        assertThat(progress.lastPass(2).done(read("a"), true, null).devicesEarly())
                .isEqualTo(2);
    }

    @Test
    void keepsWhatCouldNotBeReadWithTheReasonUntilItIsRead() {
        FillProgress progress = begun.done(failed("a"), false, null).done(read("b"), false, null);
        assertThat(progress.unread()).containsExactly("a");
        assertThat(progress.reasons()).containsExactly("a: 500");

        FillProgress again = progress.again(DeviceOutcome.without("a", Kind.REFUSED, "403"));
        assertThat(again.unread()).containsExactly("a");
        assertThat(again.reasons()).containsExactly("a: 403");
        assertThat(again.devicesDone()).as("it was counted before").isEqualTo(2);

        FillProgress mended = again.again(read("a"));
        assertThat(mended.unread()).isEmpty();
        assertThat(mended.reasons()).isEmpty();
        assertThat(mended.eventsNew()).isEqualTo(8);
    }

    @Test
    void whatFailsAgainGoesToTheEnd() {
        FillProgress progress = begun.done(failed("a"), false, null)
                .done(failed("b"), false, null)
                .again(failed("a"));

        assertThat(progress.unread()).containsExactly("b", "a");
    }

    @Test
    void theLastPassDoesNotMakeUpForADeviceThatWasNeverRead() {
        FillProgress progress = begun.done(failed("a"), true, null).lastPass(1).done(read("a"), false, null);

        assertThat(progress.unread()).containsExactly("a");
        assertThat(progress.reasons()).isEmpty();
    }

    @Test
    void aDeviceThatIsGoneIsWaitedForNoMore() {
        FillProgress progress = begun.done(failed("a"), false, null)
                .done(failed("ab"), false, null)
                .gone("a", "now in project q");

        assertThat(progress.unread()).containsExactly("ab");
        assertThat(progress.reasons()).containsExactly("ab: 500");
        assertThat(progress.devicesGone()).isEqualTo(1);
        assertThat(progress.gone()).containsExactly("a (now in project q)");
        assertThat(progress.devicesDone()).isEqualTo(2);
    }

    @Test
    void devicesThatJoinAreWaitedFor() {
        FillProgress progress = begun.done(failed("a"), false, null).joined(List.of("x", "y"));

        assertThat(progress.unread()).containsExactly("a", "x", "y");
        assertThat(progress.reasons())
                .containsExactly("a: 500", "x: it is new in the device list", "y: it is new in the device list");
    }

    @Test
    void namesTenOfManyAndCountsAll() {
        FillProgress ten = FillProgress.NONE.firstPass(TEN, 50);
        for (int i = 0; i < 10; i++) {
            ten = ten.done(failed("d" + i), false, null);
        }
        assertThat(ten.left())
                .startsWith("the history of 10 of 50 devices could not be read: d0: 500; d1: 500; ")
                .endsWith("; d9: 500");

        assertThat(ten.done(failed("d10"), false, null).left())
                .startsWith("the history of 11 of 50 devices")
                .endsWith("; d9: 500; …");
    }

    @Test
    void neverSaysThatMoreAreLeftThanThereAre() {
        FillProgress progress = FillProgress.NONE.firstPass(TEN, 1).joined(List.of("x", "y"));

        assertThat(progress.left()).startsWith("the history of 2 of 2 devices");
    }

    @Test
    void keepsAHundredReasonsAndEveryDevice() {
        List<String> devices = IntStream.range(0, 130).mapToObj(i -> "d" + i).toList();

        FillProgress progress = begun.joined(devices);
        for (String device : new ArrayList<>(devices)) {
            progress = progress.gone(device, "nowhere");
        }

        assertThat(begun.joined(devices).unread()).hasSize(130);
        assertThat(begun.joined(devices).reasons()).hasSize(100);
        assertThat(progress.devicesGone()).isEqualTo(130);
        assertThat(progress.gone()).hasSize(100);
        assertThat(progress.unread()).isEmpty();
    }
}
