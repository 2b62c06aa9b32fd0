import Glibc

/// Functions of double precision for expressions that a person types; a trace is made by the kernels alone.
package enum Elementary {
  package static func exp(_ x: Double) -> Double { Glibc.exp(x) }
  package static func ln(_ x: Double) -> Double { Glibc.log(x) }
  package static func tanh(_ x: Double) -> Double { Glibc.tanh(x) }
  package static func power(_ x: Double, _ y: Double) -> Double { Glibc.pow(x, y) }
}
