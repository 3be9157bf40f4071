// One act at a time on a page without a draft, and what went wrong at the last one.

/** Return {isBusy, problem, during}; `during` does an act while the page says that it is busy. */
export function makeActing(draw) {
  const acting = { isBusy: false, problem: null };
  acting.during = async (act) => {
    if (acting.isBusy) return;
    Object.assign(acting, { isBusy: true, problem: null });
    draw();
    try {
      await act();
    } catch (error) {
      acting.problem = error;
    } finally {
      acting.isBusy = false;
      draw();
    }
  };
  return acting;
}
