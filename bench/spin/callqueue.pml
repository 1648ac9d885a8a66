/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The call queue and the pool of secure threads in Promela, to put SPIN to the same work as teeq.
 * One step for each section under the queue's mutex, and one for each way in and out of the secure
 * world. A call that is accepted is in its RPC at once, so the secure world's own way there and the
 * resume are no steps: of teeq's actions, `secure` up to an RPC and the resume have none here.
 *
 * -DPOL=0  untracked: Linux 6.7 and before       -DPOL=1  mainline: Linux 6.8 and later
 * -DT=     threads of the secure world
 * -DSCEN=1 the flagship: N clients, each a call whose RPC takes the device lock and makes another
 *          call, of a system session under mainline
 * -DSCEN=2 K clients with a system call whose RPC makes a system call, and M with a plain one
 * -DBFSV   for pan compiled with -DBFS, which refuses hidden variables
 */
#if SCEN == 1
#define CALLS	  (2 * N)
#define SYSTEM(c) ((c) >= N)
#else
#define CALLS	  (2 * K + M)
#define SYSTEM(c) ((c) < 2 * K)
#endif
/* A thread is kept back from normal calls: in both scenarios a system session is registered. */
#define KEPT_BACK(c) (SYSTEM(c) -> 0 : 1)

byte waiters[CALLS];    /* who is in the queue, head first; zero behind the last */
byte waiter_count;
bit done[CALLS];        /* the completion of each */
byte threads_free = T;  /* secure world */
#if POL == 1
byte credits_free = T;  /* normal world */
#endif
bit device;             /* the lock is taken */
#ifdef BFSV
byte at;
#else
hidden byte at;
#endif

inline append(c)
{
	waiters[waiter_count] = c;
	waiter_count++
}

inline take_out(c)
{
	at = 0;
	do
	:: waiters[at] != c -> at++
	:: else -> break
	od;
	do
	:: at + 1 < waiter_count -> waiters[at] = waiters[at + 1]; at++
	:: else -> break
	od;
	waiter_count--;
	waiters[waiter_count] = 0;
	at = 0
}

inline wake_head()
{
	at = 0;
	do
	:: (at < waiter_count && done[waiters[at]]) -> at++
	:: else -> break
	od;
	if
	:: at < waiter_count -> done[waiters[at]] = 1
	:: else
	fi
}

inline wake_one()
{
#if POL == 1
	at = 0;
	do
	:: (at < waiter_count && !(SYSTEM(waiters[at]) && !done[waiters[at]])) -> at++
	:: else -> break
	od;
	if
	:: at < waiter_count -> done[waiters[at]] = 1
	:: else -> wake_head()
	fi;
#else
	wake_head();
#endif
	at = 0
}

/* From the entry into the queue until the secure world has accepted the call. */
inline enter(c)
{
	d_step {				/* enter */
		append(c);
#if POL == 1
		if
		:: credits_free > KEPT_BACK(c) -> credits_free--
		:: else -> must_wait = 1
		fi
#endif
	}
	do
	:: d_step { must_wait && done[c] -> done[c] = 0 }	/* wait */
	   d_step {				/* requeue: a wake that came meanwhile is wiped out */
		take_out(c);
		done[c] = 0;
		append(c);
#if POL == 0
		must_wait = 0
#endif
	   }
#if POL == 1
	   d_step {				/* recheck */
		if
		:: credits_free > KEPT_BACK(c) -> credits_free--; must_wait = 0
		:: else
		fi
	   }
#endif
	:: d_step { !must_wait && threads_free > 0 -> threads_free-- } break	/* smc: accepted */
	:: d_step {				/* smc: thread limit */
		!must_wait && threads_free == 0 -> assert(POL == 0); must_wait = 1
	   }
	od
}

inline leave(c)
{
	threads_free++;				/* secure: the exit */
	d_step {				/* leave */
		take_out(c);
#if POL == 1
		credits_free++;
#endif
		wake_one();
		if
		:: done[c] -> wake_one(); done[c] = 0
		:: else
		fi
	}
}

#if SCEN == 1
active [N] proctype Client()
{
	bit must_wait;

	enter(_pid);
	atomic { !device -> device = 1 }
	enter(_pid + N);
	leave(_pid + N);
	d_step { device = 0 }
	leave(_pid);
}
#else
active [K] proctype Nested()
{
	bit must_wait;

	enter(_pid);
	enter(_pid + K);
	leave(_pid + K);
	leave(_pid);
}

active [M] proctype Plain()
{
	bit must_wait;

	enter(_pid + K);
	leave(_pid + K);
}
#endif
