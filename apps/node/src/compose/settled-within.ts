/** Resolves once the promise is settled, however, or after `ms`. */
export async function settledWithin(promise: Promise<unknown>, ms: number): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  await Promise.race([promise.catch(() => undefined), late.promise]);
  clearTimeout(timer);
}
