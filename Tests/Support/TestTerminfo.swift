/// Descriptions of terminals that a ``VirtualScreen`` understands, as values of the variable `TERMINFO`.
///
/// - Source: the text is `Tests/Generators/terminfo/lstmscope.ti`.
package enum TestTerminfo: String, CaseIterable, Sendable {
  case indexed256 = "lstm-test"
  case eight = "lstm-test-8"
  case monochrome = "lstm-test-mono"

  /// What `TERM` has to be.
  package var name: String { rawValue }

  /// What `TERMINFO` has to be.
  package var value: String {
    switch self {
    case .indexed256: Self.indexed256Text
    case .eight: Self.eightText
    case .monochrome: Self.monochromeText
    }
  }

  private static let indexed256Text = """
    b64:HgIxAAUADwBpAQUBbHN0bS10ZXN0fDI1NiBjb2xvdXJzIGZvciB0aGUgdGVzdHMgb2YgbHN0bXNjb3BlAAABAAABUAAA\
    AP____8YAAAA_____________________________________________________wABAAAAAAEA_____wAA_____wIACgAO\
    AP____8SACMAJQApADAA__8yADkA__89AP__________________QQBGAP____________9PAP__VAD_____WQBdAP______\
    _2YA__________________________9sAP_______24A__9zAP____________________________________93AP____97\
    AP__fwCEAIkA________jQCRAJkA____________________________________________________________________\
    _________________________________________6EA___________________________________________MAP_____Q\
    ANYA_____________________________9wA____________________________________________________________\
    ________________________________________________________________________________________________\
    ________________________________________________________________________________________________\
    ________________________________________________________________________________________________\
    ____4AD_________________________________________________________________________________________\
    _________________________________________________________________________-kA9wANABtbSBtbMkoAG1tL\
    ABtbSgAbWyVpJXAxJWQ7JXAyJWRIAAoAG1tIABtbPzI1bAAIABtbPzI1aAAbW0MAG1tBABtbMW0AG1s_MTA0OWgAG1s3bQAb\
    WzRtABtbbQAbWz8xMDQ5bAAbWzI0bQB_ABtbM34AG09CABtPSAAbT0QAG1s2fgAbWzV-ABtPQwAbT0EAG1s_MWwbPgAbWz8x\
    aBs9ABtbMCU_JXA2JXQ7MSU7JT8lcDIldDs0JTslPyVwMSVwMyV8JXQ7NyU7bQAbW1oAG1s_N2gAG1s_N2wAG09GABtbMzk7\
    NDltABtbMzg7NTslcDElZG0AG1s0ODs1OyVwMSVkbQA=
    """

  private static let eightText = """
    b64:GgExAAUADwBpAf0AbHN0bS10ZXN0LTh8OCBjb2xvdXJzIGZvciB0aGUgdGVzdHMgb2YgbHN0bXNjb3BlAAABAAABUAD_\
    _xgA__________________________8IAEAA_____wAA_____wIACgAOAP____8SACMAJQApADAA__8yADkA__89AP______\
    ____________QQBGAP____________9PAP__VAD_____WQBdAP_______2YA__________________________9sAP______\
    _24A__9zAP____________________________________93AP____97AP__fwCEAIkA________jQCRAJkA____________\
    ________________________________________________________________________________________________\
    _6EA___________________________________________MAP_____QANYA_____________________________9wA____\
    ________________________________________________________________________________________________\
    ________________________________________________________________________________________________\
    ________________________________________________________________________________________________\
    ____________________________________________________________4AD_________________________________\
    ________________________________________________________________________________________________\
    _________________________________-kA8wANABtbSBtbMkoAG1tLABtbSgAbWyVpJXAxJWQ7JXAyJWRIAAoAG1tIABtb\
    PzI1bAAIABtbPzI1aAAbW0MAG1tBABtbMW0AG1s_MTA0OWgAG1s3bQAbWzRtABtbbQAbWz8xMDQ5bAAbWzI0bQB_ABtbM34A\
    G09CABtPSAAbT0QAG1s2fgAbWzV-ABtPQwAbT0EAG1s_MWwbPgAbWz8xaBs9ABtbMCU_JXA2JXQ7MSU7JT8lcDIldDs0JTsl\
    PyVwMSVwMyV8JXQ7NyU7bQAbW1oAG1s_N2gAG1s_N2wAG09GABtbMzk7NDltABtbMyVwMSVkbQAbWzQlcDElZG0A
    """

  private static let monochromeText = """
    b64:GgE1AAUADwBpAeAAbHN0bS10ZXN0LW1vbm98bm8gY29sb3VycyBmb3IgdGhlIHRlc3RzIG9mIGxzdG1zY29wZQAAAQAA\
    AVAA__8YAP___________________________v_-______8AAP____8CAAoADgD_____EgAjACUAKQAwAP__MgA5AP__PQD_\
    _________________0EARgD_____________TwD__1QA_____1kAXQD_______9mAP__________________________bAD_\
    ______9uAP__cwD_____________________________________dwD_____ewD__38AhACJAP_______40AkQCZAP______\
    ________________________________________________________________________________________________\
    ______-hAP__________________________________________zAD_____0ADWAP_____________________________c\
    AP______________________________________________________________________________________________\
    ________________________________________________________________________________________________\
    ________________________________________________________________________________________________\
    __________________________________________________________________7_____________________________\
    ________________________________________________________________________________________________\
    _______________________________________-__7_DQAbW0gbWzJKABtbSwAbW0oAG1slaSVwMSVkOyVwMiVkSAAKABtb\
    SAAbWz8yNWwACAAbWz8yNWgAG1tDABtbQQAbWzFtABtbPzEwNDloABtbN20AG1s0bQAbW20AG1s_MTA0OWwAG1syNG0AfwAb\
    WzN-ABtPQgAbT0gAG09EABtbNn4AG1s1fgAbT0MAG09BABtbPzFsGz4AG1s_MWgbPQAbWzAlPyVwNiV0OzElOyU_JXAyJXQ7\
    NCU7JT8lcDElcDMlfCV0OzclO20AG1taABtbPzdoABtbPzdsABtPRgA=
    """
}
