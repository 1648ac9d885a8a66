/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_I2C_H
#define TEEQ_LINUX_I2C_H

#include <linux/device.h>
#include <linux/types.h>
#include <teeq/status.h>

struct i2c_msg {
	u16 addr;
	u16 flags;
	u16 len;
	u8 *buf;
};

#define I2C_M_RD	    0x0001
#define I2C_M_TEN	    0x0010
#define I2C_FUNC_I2C	    0x00000001
#define I2C_FUNC_10BIT_ADDR 0x00000002

/* An adapter of the harness's machine: what a transfer does is the machine's business. */
struct i2c_adapter {
	int nr;
	struct device dev;
};

/* NULL: there is none of that number. */
#define i2c_get_adapter teeq_kernel_i2c_get_adapter
#define i2c_put_adapter teeq_kernel_i2c_put_adapter
#define i2c_transfer	teeq_kernel_i2c_transfer
TEEQ_API struct i2c_adapter *i2c_get_adapter(int number);
TEEQ_API void i2c_put_adapter(struct i2c_adapter *adapter);
/* How many messages were transferred, or a negative errno. May sleep. */
TEEQ_API int i2c_transfer(struct i2c_adapter *adapter, struct i2c_msg *messages, int count);

static inline int i2c_check_functionality(struct i2c_adapter *adapter, u32 wanted)
{
	(void)adapter;
	return (wanted & ~(u32)(I2C_FUNC_I2C | I2C_FUNC_10BIT_ADDR)) == 0;
}

#endif
