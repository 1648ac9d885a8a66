-- SPDX-License-Identifier: BSD-2-Clause
--
-- The flagship in Murphi, for rumur, whose scalarsets make like clients interchangeable: each of N clients
-- makes a call whose RPC takes the device lock and makes another call, of a system session, under the
-- policy mainline with T threads. Its steps are those of bench/spin/callqueue.pml. bench/compare.sh sets
-- the constants of the next line.
const N: 5; T: 4;

type
  client: scalarset(N);
  level: 0..1;          -- 1: the call inside, which is a system call
  place: 0..2*N;        -- in the queue, or how many are there
  action: enum { Enter, Wait, Requeue, Recheck, Smc, Lock, EnterInside, Secure, Leave, Unlock, Done };
  waiter: record who: client; at: level; done: boolean; end;
  task: record next: action; at: level; end;

var
  waiters: array[0..2*N-1] of waiter;  -- head first; undefined behind the last
  count: place;
  credits: 0..T;        -- normal world
  threads: 0..T;        -- secure world
  device: boolean;      -- the lock is taken
  tasks: array[client] of task;

-- The place of a caller, who is in the queue.
function place_of(who: client; at: level): place;
begin
  for i: 0..2*N-1 do
    if i < count then
      if waiters[i].who = who & waiters[i].at = at then return i; end;
    end;
  end;
  error "not in the queue";
end;

procedure append(who: client; at: level);
begin
  waiters[count].who := who;
  waiters[count].at := at;
  waiters[count].done := false;
  count := count + 1;
end;

procedure take_out(from: place);
begin
  for i: 0..2*N-2 do
    if i >= from then waiters[i] := waiters[i+1]; end;
  end;
  count := count - 1;
  undefine waiters[2*N-1];
end;

-- The first system call that is not woken yet, or else the first call.
procedure wake_one();
var found: boolean;
begin
  found := false;
  for wanted: 0..1 do
    for i: 0..2*N-1 do
      if i < count & !found then
        if !waiters[i].done & (wanted = 1 | waiters[i].at = 1) then
          waiters[i].done := true;
          found := true;
        end;
      end;
    end;
  end;
end;

-- One thread is kept back from normal calls.
procedure admit(who: client);
begin
  if credits + tasks[who].at > 1 then
    credits := credits - 1;
    tasks[who].next := Smc;
  else
    tasks[who].next := Wait;
  end;
end;

startstate
begin
  for i: 0..2*N-1 do undefine waiters[i]; end;
  count := 0;
  credits := T;
  threads := T;
  device := false;
  for c: client do
    tasks[c].next := Enter;
    tasks[c].at := 0;
  end;
end;

ruleset c: client do
  rule "enter" tasks[c].next = Enter | tasks[c].next = EnterInside ==>
  begin
    if tasks[c].next = EnterInside then tasks[c].at := 1; end;
    append(c, tasks[c].at);
    admit(c);
  end;

  rule "wait" tasks[c].next = Wait & waiters[place_of(c, tasks[c].at)].done ==>
  begin
    waiters[place_of(c, tasks[c].at)].done := false;
    tasks[c].next := Requeue;
  end;

  rule "requeue" tasks[c].next = Requeue ==>
  begin
    take_out(place_of(c, tasks[c].at));
    append(c, tasks[c].at);
    tasks[c].next := Recheck;
  end;

  rule "recheck" tasks[c].next = Recheck ==>
  begin
    admit(c);
  end;

  rule "smc" tasks[c].next = Smc & threads > 0 ==>
  begin
    threads := threads - 1;
    if tasks[c].at = 0 then tasks[c].next := Lock; else tasks[c].next := Secure; end;
  end;

  rule "lock" tasks[c].next = Lock & !device ==>
  begin
    device := true;
    tasks[c].next := EnterInside;
  end;

  rule "secure" tasks[c].next = Secure ==>
  begin
    threads := threads + 1;
    tasks[c].next := Leave;
  end;

  rule "leave" tasks[c].next = Leave ==>
  var from: place; done: boolean;
  begin
    from := place_of(c, tasks[c].at);
    done := waiters[from].done;
    take_out(from);
    credits := credits + 1;
    wake_one();
    if done then wake_one(); end;
    if tasks[c].at = 1 then tasks[c].next := Unlock; else tasks[c].next := Done; end;
  end;

  rule "unlock" tasks[c].next = Unlock ==>
  begin
    device := false;
    tasks[c].at := 0;
    tasks[c].next := Secure;
  end;
end;

-- Without it the end would be a deadlock.
rule "over" forall c: client do tasks[c].next = Done end ==>
begin
end;
