/// The description of a terminal of 24-bit colour, which few systems have installed.
///
/// ncurses sends 24-bit colour only where a terminal's description has that many colours; those that have, such as
/// xterm-direct, are not in Debian's base system and take colours 8…15 for near-black. ncurses reads a description
/// out of the variable `TERMINFO` when that begins with `b64:`.
///
/// - Source: terminfo(5) and ncurses(3), "TERMINFO"; the text is `Tests/Generators/terminfo/lstmscope.ti`.
enum EmbeddedTerminfo {
  static let directName = "lstmscope-direct"

  static let direct = """
    b64:HgItAA8ADwBpASgCbHN0bXNjb3BlLWRpcmVjdHwyNC1iaXQgY29sb3VyIGZvciBsc3Rtc2NvcGUAAAEAAAEAAAAAAAAA\
    AAEBUAAAAAgAAAAYAAAA_____________________________________________________wAAAAEAAAEA__8AAAIA____\
    _wQADAAQABQA__8fADAAMgA2AD0A__8_AEYA__9KAP__________________TgBTAP____________9cAGEAZgD_____awBv\
    AP____94AH4A__________________________-EAP_______4YA__-LAP____________________________________-P\
    AP____-TAP__lwCcAKEA________pQCpALEA_____________________________________________7kA________wgDL\
    AP__1AD________________________________dAP__6AD__-oA__________________________________________8r\
    Af____8vATUB_____________________________zsB____________________________________________________\
    ________________________________________________________________________________________________\
    ________________________________________________________________________________________________\
    _________________________________z8B____________________________________________________________\
    ____________RAH_________________________________________________________________________________\
    _________________________________________________________________________________00BugEHAA0AG1tI\
    G1sySgAbW0sAG1tKABtbJWklcDElZEcAG1slaSVwMSVkOyVwMiVkSAAKABtbSAAbWz8yNWwACAAbWz8yNWgAG1tDABtbQQAb\
    WzFtABtbPzEwNDloABtbN20AG1s3bQAbWzRtABtbbQAbWz8xMDQ5bAAbWzI3bQAbWzI0bQB_ABtbM34AG09CABtPSAAbT0QA\
    G1s2fgAbWzV-ABtPQwAbT0EAG1s_MWwbPgAbWz8xaBs9ABtbJXAxJWRCABtbJXAxJWREABtbJXAxJWRDABtbJXAxJWRBABtb\
    JWklcDElZGQACgAbWzAlPyVwNiV0OzElOyU_JXAyJXQ7NCU7JT8lcDElcDMlfCV0OzclOyU_JXA0JXQ7NSU7JT8lcDUldDsy\
    JTttABtbWgAbWz83aAAbWz83bAAbT0YAG1sxSwAbWzM5OzQ5bQAbWyU_JXAxJXs4fSU8JXQzJXAxJWQlZSVwMSV7MTZ9JTwl\
    dDklcDElezh9JS0lZCVlMzg7MjslcDElezY1NTM2fSUvJWQ7JXAxJXsyNTZ9JS8lezI1NX0lJiVkOyVwMSV7MjU1fSUmJWQl\
    O20AG1slPyVwMSV7OH0lPCV0NCVwMSVkJWUlcDElezE2fSU8JXQxMCVwMSV7OH0lLSVkJWU0ODsyOyVwMSV7NjU1MzZ9JS8l\
    ZDslcDElezI1Nn0lLyV7MjU1fSUmJWQ7JXAxJXsyNTV9JSYlZCU7bQABAAEAAAACAAcAAQAQAAAAAAAEAFJHQgBDTwA=
    """
}
