import Commands
import Testing

@testable import Lessons

@Suite("Lessons as text") struct LessonTests {}
