import Testing

@testable import Signaling

/// Viewers' meters follow the sound, and a sound that stays the same costs no message.
struct LevelNewsTests {
    @Test func theFirstLevelIsToldAlsoWhenItIsSilence() {
        var news = LevelNews()
        #expect(news.take(nil) == #"{"peak":null,"rms":null,"type":"level"}"#)
        #expect(news.take(nil) == nil)
    }

    @Test func onlyAStepOfADecibelIsWorthAMessage() {
        var news = LevelNews()
        #expect(news.take((-20, -10.04)) == #"{"peak":-10.0,"rms":-20.0,"type":"level"}"#)
        #expect(news.take((-20.9, -10.9)) == nil)
        // Compared with what was told, not with what came last: a slow fade is told too.
        #expect(news.take((-21, -10.9)) == #"{"peak":-10.9,"rms":-21.0,"type":"level"}"#)
        #expect(news.take((-21, -8)) == #"{"peak":-8.0,"rms":-21.0,"type":"level"}"#)
    }

    @Test(arguments: [-Double.infinity, -60, -61])
    func whatAMeterCannotShowIsSilence(_ rms: Double) {
        var news = LevelNews()
        #expect(news.take((-30, -20)) != nil)
        #expect(news.take((rms, -55)) == #"{"peak":null,"rms":null,"type":"level"}"#)
        #expect(news.take((-.infinity, -.infinity)) == nil)
        #expect(news.take((-30, -20)) != nil)
    }
}
