/** Returns whether a path is one of a test in a language of the JVM, in the folders that Maven and Gradle know. */
export function isJvmTest(path: string): boolean {
  return /(?:^|\/)(?:src\/\w*[tT]est\w*\/.+|tests?\/.+)\.(?:java|kt|groovy|scala)$/.test(path);
}
