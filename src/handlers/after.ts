// Goes on with an answer that is mostly there already, without making a promise of it then.
export function after<T, U>(answer: T | Promise<T>, next: (answer: T) => U): U | Promise<U> {
  return answer instanceof Promise ? answer.then(next) : next(answer)
}
