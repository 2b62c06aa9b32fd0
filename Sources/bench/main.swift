import Foundation

let wanted = CommandLine.arguments.dropFirst()
let unknown = wanted.filter { name in !Bench.all.contains { $0.name == name } }
guard unknown.isEmpty else {
  print("no bench is called \(unknown.joined(separator: ", ")); there are:")
  for bench in Bench.all { print("  \(bench.name)  \(bench.summary)") }
  exit(64)
}
for bench in Bench.all where wanted.isEmpty || wanted.contains(bench.name) {
  print("\(bench.name): \(bench.summary)")
  try bench.run()
}
